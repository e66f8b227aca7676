import assert from 'node:assert/strict'
import { test } from 'node:test'
import { startAdmin } from './admin-parts.ts'

test('a page has no script or style within, and the first one stands at the root', async t => {
  const { ask } = await startAdmin(t)
  const { status, text, headers } = await ask('GET', '/console/overview')
  assert.equal(status, 200)
  assert.equal(headers['content-type'], 'text/html; charset=utf-8')
  assert.doesNotMatch(text, /<style|style=|<script>|\son\w+=|https?:/)
  assert.equal((await ask('GET', '/')).text, text)
  assert.match(text, /<noscript>.*href="\/plain"/)
})

test('every module that is named anywhere is served as script without types', async t => {
  const { ask } = await startAdmin(t)
  const { text: shell } = await ask('GET', '/console/overview')
  const [main = ''] = /\/console\/main\.[jt]s/.exec(shell) ?? []
  const seen = new Set<string>()
  const waiting = [main]
  for (let address = waiting.pop(); address !== undefined; address = waiting.pop()) {
    if (seen.has(address)) continue
    seen.add(address)
    const { status, text, headers } = await ask('GET', address)
    assert.equal(status, 200, address)
    assert.equal(headers['content-type'], 'text/javascript; charset=utf-8', address)
    if (!address.includes('/vendor/')) {
      assert.doesNotMatch(text, /^import type |^export interface /m, address)
    }
    for (const [, from = ''] of text.matchAll(/(?:\}|\w) ?from ?['"]([^'"]+)['"]/g)) {
      assert.match(from, /^[./]/, `${address} asks for ${from}`)
      waiting.push(new URL(from, `http://admin${address}`).pathname)
    }
  }
  assert.ok(seen.size > 15 && seen.has('/console/vendor/lit-html/lit-html.js'))
})

test('styles and pictures have their types', async t => {
  const { ask } = await startAdmin(t)
  const { text } = await ask('GET', '/console/overview')
  const styles = [...text.matchAll(/rel="stylesheet" href="([^"]+)"/g)].map(([, each = '']) => each)
  assert.ok(styles.length > 3)
  for (const address of styles) {
    const { status, headers } = await ask('GET', address)
    assert.deepEqual([status, headers['content-type']], [200, 'text/css; charset=utf-8'], address)
  }
  const mark = await ask('GET', '/console/style/mark.svg')
  assert.equal(mark.headers['content-type'], 'image/svg+xml')
})

test('who has a file is asked about it and not sent it again', async t => {
  const { ask } = await startAdmin(t)
  const { headers } = await ask('GET', '/console/overview')
  assert.equal(headers['cache-control'], 'no-cache')
  const etag = String(headers.etag)
  const again = await ask('GET', '/console/overview', { headers: { 'if-none-match': etag } })
  assert.deepEqual([again.status, again.text], [304, ''])
  const other = await ask('GET', '/console/overview', { headers: { 'if-none-match': '"other"' } })
  assert.equal(other.status, 200)
})

for (const path of [
  '/console/',
  '/console/nowhere',
  '/console/tsconfig.json',
  '/console/../admin/server.ts',
  '/console/..%2fadmin%2fserver.ts',
  '/console/%2e%2e/admin/server.ts',
  '/console//etc/passwd',
  '/console/__proto__',
  '/console/constructor',
]) {
  test(`${path} is no page`, async t => {
    const { ask } = await startAdmin(t)
    const { status, json } = await ask('GET', path)
    assert.deepEqual([status, json.error], [404, 'no-such-page'])
  })
}

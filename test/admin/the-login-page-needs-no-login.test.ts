import assert from 'node:assert/strict'
import { extname } from 'node:path'
import { test } from 'node:test'
import { startAdmin } from './admin-parts.ts'
import { startGuardedAdmin, tokenOf } from './operators.ts'

const types: Readonly<Record<string, string>> = {
  '.css': 'text/css; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.ts': 'text/javascript; charset=utf-8',
  '.svg': 'image/svg+xml',
}
const browser = { accept: 'text/html,application/xhtml+xml;q=0.9,*/*;q=0.8' }

test('a browser without a session is shown where to log in, a program its refusal', async t => {
  const { ask, refused } = await startGuardedAdmin(t)
  for (const path of ['/', '/console/overview', '/status']) {
    const page = await ask('GET', path, { headers: browser })
    assert.deepEqual([page.status, page.headers['content-type']], [401, 'text/html; charset=utf-8'])
    assert.match(page.text, /<label for="token">Token<\/label>/)
    assert.match(String(page.headers['content-security-policy']), /script-src 'self'/)
    assert.doesNotMatch(page.text, /<script>|<style|style=|\/login\/oidc/)
    for (const accept of ['application/json', '*/*']) {
      const { json } = await ask('GET', path, { headers: { accept } })
      assert.equal(json.error, 'unauthenticated')
    }
  }
  const change = await ask('POST', '/signals', { headers: browser, body: {} })
  assert.equal(change.json.error, 'unauthenticated')
  assert.ok(refused.every(({ reason }) => reason === 'token-missing'))
})

test('all that the page is made of is there without a login, and nothing else of the console', async t => {
  const { ask } = await startGuardedAdmin(t)
  const { text } = await ask('GET', '/', { headers: browser })
  const parts = [...text.matchAll(/(?:href|src)="([^"]+)"/g)].map(([, path]) => path as string)
  assert.ok(parts.length >= 4)
  for (const part of [...parts, '/login/api.ts']) {
    const { status, headers } = await ask('GET', part)
    assert.deepEqual([status, headers['content-type']], [200, types[extname(part)]], part)
  }
  for (const path of ['main.ts', 'overview', 'style/shell.css', '../main.ts', 'login', '%2e%2e/']) {
    assert.equal((await ask('GET', `/login/${path}`)).status, 404, path)
  }
  assert.equal((await ask('GET', '/console/login.css')).status, 401)
})

test('what an address says is shown as text', async t => {
  const { ask } = await startGuardedAdmin(t)
  const { text } = await ask('GET', '/login/<img/src=x>"', { headers: browser })
  assert.match(text, /role="alert">Cannot GET \/login\/&lt;img\/src=x&gt;&quot;: /)
})

test('without its script the form keeps the token out of the address', async t => {
  const { ask } = await startGuardedAdmin(t)
  const { text } = await ask('GET', '/', { headers: browser })
  assert.match(text, /<form method="post" action="\/login">/)
  const headers = { 'content-type': 'application/x-www-form-urlencoded', ...browser }
  const { status } = await ask('POST', '/login', { headers, body: `token=${tokenOf('anna')}` })
  assert.equal(status, 415)
})

test('where nobody is asked who they are the console is what a browser gets', async t => {
  const { ask } = await startAdmin(t)
  const page = await ask('GET', '/', { headers: browser })
  assert.equal(page.status, 200)
  assert.doesNotMatch(page.text, /token/)
})

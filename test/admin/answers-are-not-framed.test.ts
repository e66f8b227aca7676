import assert from 'node:assert/strict'
import { test } from 'node:test'
import { startAdmin } from './admin-parts.ts'
import { logIn } from './browser.ts'
import { readEvents } from './event-stream.ts'
import { bearing, startGuardedAdmin, tokenOf } from './operators.ts'

const expected = {
  'x-content-type-options': 'nosniff',
  'x-frame-options': 'DENY',
  'referrer-policy': 'no-referrer',
  'cross-origin-opener-policy': 'same-origin',
  'cross-origin-resource-policy': 'same-origin',
  'cache-control': 'no-store',
}

const policy = {
  'default-src': "'none'",
  'script-src': "'self'",
  'style-src': "'self'",
  'img-src': "'self' data:",
  'connect-src': "'self'",
  'font-src': "'self'",
  'form-action': "'self'",
  'frame-ancestors': "'none'",
  'base-uri': "'none'",
}

function assertHeaders(headers: NodeJS.Dict<string | string[]>, what: string): void {
  for (const [name, value] of Object.entries(expected)) assert.equal(headers[name], value, what)
  const said = String(headers['content-security-policy']).split('; ')
  const told = Object.fromEntries(said.map(each => /^([\w-]+) (.*)$/.exec(each)?.slice(1) ?? []))
  assert.deepEqual(told, policy, what)
  // Only over TLS.
  assert.equal(headers['strict-transport-security'], undefined)
}

test('every answer says that nobody may frame, sniff or keep it, refusals too', async t => {
  const admin = await startGuardedAdmin(t)
  const { headers } = await logIn(admin, tokenOf('vera'))
  for (const [method, path, status] of [
    ['GET', '/health', 200],
    ['GET', '/status', 200],
    ['GET', '/session', 200],
    ['GET', '/metrics', 200],
    ['GET', '/no-such-page', 404],
    ['GET', '/%ff', 400],
    ['POST', '/latches/v2_migration/rollback', 403],
    ['POST', '/login', 400],
  ] as const) {
    const sent = method === 'POST' ? { body: {} } : {}
    const answer = await admin.ask(method, path, { headers, ...sent })
    assert.equal(answer.status, status, path)
    assertHeaders(answer.headers, path)
  }
  assertHeaders((await admin.ask('GET', '/status')).headers, '401')
  const url = `http://127.0.0.1:${admin.port}`
  const stream = await readEvents(t, url, { headers: bearing(tokenOf('vera')) })
  assertHeaders(stream.answer.headers, '/events')
})

test('so does what is refused before anybody is asked who they are', async t => {
  const { ask } = await startAdmin(t)
  const answer = await ask('GET', '/status', { headers: { host: 'evil.test' } })
  assert.equal(answer.status, 403)
  assertHeaders(answer.headers, 'another host')
})

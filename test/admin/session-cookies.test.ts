import assert from 'node:assert/strict'
import { test } from 'node:test'
import { sessionCookie } from '../../src/admin/session/browser-cookies.ts'
import { cookieOf, logIn } from './browser.ts'
import { bearing, startGuardedAdmin, tokenOf } from './operators.ts'

test('the cookie is for this listener, for no script and for no other site', async t => {
  const admin = await startGuardedAdmin(t)
  const { answer } = await logIn(admin, tokenOf('anna'))
  const lines = answer.headers['set-cookie'] as string[]
  assert.equal(lines.length, 1)
  assert.match(
    lines[0] as string,
    /^switchback_session=[\w-]{43}; Path=\/; HttpOnly; SameSite=Strict$/,
  )
  assert.equal(answer.headers['cache-control'], 'no-store')
})

test('over TLS it is sent over TLS alone, and no other host can have put it there', () => {
  const cookie = sessionCookie({ isSecure: true })
  const attributes = 'Path=/; HttpOnly; SameSite=Strict; Secure'
  assert.equal(cookie.set('abc'), `__Host-switchback_session=abc; ${attributes}`)
  assert.equal(cookie.cleared, `__Host-switchback_session=; ${attributes}; Max-Age=0`)
})

test('a cookie that the client chose becomes no session', async t => {
  const admin = await startGuardedAdmin(t)
  const chosen = `switchback_session=${'A'.repeat(43)}`
  const answer = await admin.ask('POST', '/login', {
    headers: { cookie: chosen },
    body: { token: tokenOf('anna') },
  })
  assert.notEqual(cookieOf(answer), chosen)
  const { status } = await admin.ask('GET', '/status', { headers: { cookie: chosen } })
  assert.equal(status, 401)
  assert.deepEqual(
    admin.refused.map(({ reason }) => reason),
    ['session-over'],
  )
})

test('a second login of a browser ends its first session', async t => {
  const admin = await startGuardedAdmin(t)
  const first = await logIn(admin, tokenOf('vera'))
  const { cookie } = first
  const second = await admin.ask('POST', '/login', {
    headers: { cookie },
    body: { token: tokenOf('anna') },
  })
  const statusWith = async (own: string) =>
    (await admin.ask('GET', '/status', { headers: { cookie: own } })).status
  assert.deepEqual([await statusWith(cookie), await statusWith(cookieOf(second))], [401, 200])
})

test('cookies of other names are nobody, and beside that of a session nothing', async t => {
  const admin = await startGuardedAdmin(t)
  const { cookie } = await logIn(admin, tokenOf('vera'))
  const [, secret = ''] = cookie.split('=')
  for (const other of [
    'session',
    'xswitchback_session',
    '__Host-switchback_session',
    'SWITCHBACK_SESSION',
  ]) {
    const { status } = await admin.ask('GET', '/status', {
      headers: { cookie: `${other}=${secret}` },
    })
    assert.equal(status, 401, other)
  }
  assert.deepEqual(new Set(admin.refused.map(({ reason }) => reason)), new Set(['token-missing']))
  const among = { cookie: `theme=dark; ${cookie}; lang=en` }
  assert.equal((await admin.ask('GET', '/status', { headers: among })).status, 200)
})

test("of two cookies none counts: one may be somebody else's", async t => {
  const admin = await startGuardedAdmin(t)
  const vera = await logIn(admin, tokenOf('vera'))
  const anna = await logIn(admin, tokenOf('anna'))
  const headers = { cookie: `${vera.cookie}; ${anna.cookie}` }
  assert.equal((await admin.ask('GET', '/status', { headers })).status, 401)
})

test('what is no secret by its form is no session, however long', async t => {
  const admin = await startGuardedAdmin(t)
  const { cookie } = await logIn(admin, tokenOf('vera'))
  for (const end of ['A', '=', '%41', `"`, 'A'.repeat(10_000)]) {
    const headers = { cookie: `${cookie}${end}` }
    assert.equal((await admin.ask('GET', '/status', { headers })).status, 401, end.slice(0, 3))
  }
  // More than a request may have in headers at all.
  const headers = { cookie: `${cookie}${'A'.repeat(20_000)}` }
  assert.equal((await admin.ask('GET', '/status', { headers })).status, 431)
  assert.equal((await admin.ask('GET', '/status', { headers: { cookie } })).status, 200)
})

test('who sends a token means the token, whatever cookie is there', async t => {
  const admin = await startGuardedAdmin(t)
  const { cookie } = await logIn(admin, tokenOf('otto'))
  const asVera = { cookie, ...bearing(tokenOf('vera')) }
  const { json } = await admin.ask('GET', '/session', { headers: asVera })
  assert.deepEqual([json.who, json.csrf], ['vera', null])
  const guessed = { cookie, ...bearing('sbadm_guessed') }
  assert.equal((await admin.ask('GET', '/status', { headers: guessed })).status, 401)
  // A program that has a cookie by chance needs no sign.
  const asAnna = { cookie, ...bearing(tokenOf('anna')) }
  const path = '/latches/v2_migration/rollback'
  assert.equal((await admin.ask('POST', path, { headers: asAnna, body: {} })).status, 200)
})

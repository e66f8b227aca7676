import assert from 'node:assert/strict'
import { test } from 'node:test'
import { createIssuer } from '../identity/issuer.ts'
import { startAdmin } from './admin-parts.ts'
import { logIn } from './browser.ts'
import { type ApiDocument, createJudge } from './described-api.ts'
import { bearing, entryOf, startGuardedAdmin, tokenOf } from './operators.ts'

test('a token of the files begins a session, which reads what its role may', async t => {
  const admin = await startGuardedAdmin(t)
  const { answer, cookie } = await logIn(admin, tokenOf('vera'))
  const { csrf, ...rest } = answer.json
  assert.match(csrf, /^[\w-]{43}$/)
  assert.deepEqual(rest, {
    ...{ who: 'vera', role: 'viewer', mustProve: true },
    login: { token: true, oidc: false },
  })
  const headers = { cookie }
  assert.deepEqual((await admin.ask('GET', '/session', { headers })).json, answer.json)
  assert.equal((await admin.ask('GET', '/status', { headers })).status, 200)
  assert.deepEqual(admin.refused, [])
})

test('what login and session answer is as described', async t => {
  const admin = await startGuardedAdmin(t)
  const headers = bearing(tokenOf('vera'))
  const { json } = await admin.ask('GET', '/openapi.json', { headers })
  const judge = createJudge(json as ApiDocument)
  const type = 'application/json'
  const browser = await logIn(admin, tokenOf('anna'))
  assert.equal(judge('POST /login', 200, type, browser.answer.json), null)
  const out = await admin.ask('POST', '/logout', { headers: browser.headers, body: {} })
  assert.equal(judge('POST /logout', 200, type, out.json), null)
  const refused = await admin.ask('POST', '/login', { body: { token: 'sbadm_guessed' } })
  assert.equal(judge('POST /login', 401, type, refused.json), null)
})

test('a bearer token has no session, and needs none', async t => {
  const { ask } = await startGuardedAdmin(t)
  const { json } = await ask('GET', '/session', { headers: bearing(tokenOf('otto')) })
  assert.deepEqual([json.who, json.role, json.csrf], ['otto', 'approver', null])
  assert.equal((await ask('GET', '/session')).status, 401)
})

test('a token that is none begins nothing, and is counted and told without itself', async t => {
  const admin = await startGuardedAdmin(t)
  const answer = await admin.ask('POST', '/login', { body: { token: 'sbadm_guessed' } })
  assert.deepEqual([answer.status, answer.json.error], [401, 'unauthenticated'])
  assert.match(answer.json.message, /^Cannot log in: token must be one of admin\.tokens/)
  assert.equal(answer.headers['set-cookie'], undefined)
  assert.deepEqual(
    admin.refused.map(({ reason, page }) => [reason, page]),
    [['token-unknown', '/login']],
  )
  await logIn(admin, tokenOf('anna'))
  const text = await admin.counted()
  assert.match(text, /^switchback_admin_logins_total\{by="token",result="refused"\} 1$/m)
  assert.match(text, /^switchback_admin_logins_total\{by="token",result="done"\} 1$/m)
  assert.match(text, /^switchback_admin_sessions 1$/m)
  const told = admin.lines.map(line => JSON.parse(line))
  assert.deepEqual(
    told.map(({ event, by, name, role, address }) => [event, by, name, role, address]),
    [['admin-login', 'token', 'anna', 'operator', '127.0.0.1']],
  )
  assert.doesNotMatch(admin.lines.join() + JSON.stringify(admin.refused), /sbadm_/)
})

test('guesses at the login count with all others of their address', async t => {
  const { ask } = await startGuardedAdmin(t)
  for (let i = 0; i < 10; i++) await ask('POST', '/login', { body: { token: `sbadm_${i}` } })
  for (let i = 0; i < 10; i++) await ask('GET', '/status', { headers: bearing(`sbadm_a${i}`) })
  const token = tokenOf('anna')
  const { status, headers, json } = await ask('POST', '/login', { body: { token } })
  assert.deepEqual([status, json.error], [429, 'too-many-attempts'])
  assert.ok(Number(headers['retry-after']) > 0)
})

test('an expired token begins no session', async t => {
  const tokens = [entryOf('anna', 'operator', '2026-01-01')]
  const { ask, refused } = await startGuardedAdmin(t, { tokens, now: Date.UTC(2026, 0, 2) })
  const { status } = await ask('POST', '/login', { body: { token: tokenOf('anna') } })
  assert.equal(status, 401)
  assert.deepEqual([refused[0]?.reason, refused[0]?.name], ['token-expired', 'anna'])
})

test('a JWT of the identity provider logs in as a token does, until it expires', async t => {
  const issuer = await createIssuer()
  const now = 1_800_000_000
  const admin = await startGuardedAdmin(t, {
    issuer,
    now: now * 1000,
    oidc: {
      ...{ issuer: 'https://idp.example.com', audience: 'switchback', jwks: 'https://x.test/k' },
      ...{ algorithms: ['RS256'], clockToleranceSeconds: 5, nameClaim: 'sub', rolesClaim: 'roles' },
      roles: { viewer: ['dev'], operator: [], approver: [] },
    },
  })
  const claims = { aud: 'switchback', roles: ['dev'], sub: 'user-1', iat: now, exp: now + 60 }
  const { answer, cookie } = await logIn(admin, await issuer.sign(claims))
  assert.deepEqual([answer.json.who, answer.json.role], ['user-1', 'viewer'])
  const status = async () => (await admin.ask('GET', '/status', { headers: { cookie } })).status
  admin.clock.advance(64_000)
  assert.equal(await status(), 200)
  admin.clock.advance(1000)
  assert.equal(await status(), 401)
  const nobody = await issuer.sign({ ...claims, exp: now + 600, roles: ['hr'] })
  const refused = await admin.ask('POST', '/login', { body: { token: nobody } })
  assert.deepEqual([refused.status, refused.json.error], [403, 'forbidden'])
})

test('the body is a token and nothing else', async t => {
  const { ask } = await startGuardedAdmin(t)
  for (const body of [{}, { token: 7 }, { token: '' }, { token: 'x'.repeat(8193) }, { a: 1 }]) {
    const { status, json } = await ask('POST', '/login', { body })
    assert.deepEqual([status, json.error], [400, 'bad-request'], JSON.stringify(body).slice(0, 40))
  }
  const headers = { 'content-type': 'application/x-www-form-urlencoded' }
  const { status } = await ask('POST', '/login', { headers, body: `token=${tokenOf('anna')}` })
  assert.equal(status, 415)
})

test('no page of another site logs a browser in', async t => {
  const { ask } = await startGuardedAdmin(t)
  const headers = { 'sec-fetch-site': 'cross-site' }
  const answer = await ask('POST', '/login', { headers, body: { token: tokenOf('anna') } })
  assert.deepEqual([answer.status, answer.json.error], [403, 'from-a-page'])
  assert.equal(answer.headers['set-cookie'], undefined)
})

test('where nobody is asked who they are there is nothing to log in to', async t => {
  const { ask } = await startAdmin(t)
  assert.deepEqual((await ask('GET', '/session')).json, {
    ...{ who: null, role: null, csrf: null, mustProve: false },
    login: { token: false, oidc: false },
  })
  const { status, json } = await ask('POST', '/login', { body: { token: 'a' } })
  assert.deepEqual([status, json.error], [409, 'nobody-is-asked'])
  assert.deepEqual((await ask('POST', '/logout', { body: {} })).json, { ended: false })
})

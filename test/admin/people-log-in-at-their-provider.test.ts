import assert from 'node:assert/strict'
import { test } from 'node:test'
import { loginLastsMs } from '../../src/admin/session/pending-logins.ts'
import { logInAt } from '../support/oidc-provider.ts'
import { comeBack, cookiesOf, sendOff, startWithProvider } from './oidc-logins.ts'
import { startGuardedAdmin } from './operators.ts'

const who = {
  ada: { preferred_username: 'ada@example.com', roles: ['sre'] },
  hal: { preferred_username: 'hal@example.com', roles: ['hr'] },
  eve: { preferred_username: 'ANNA', roles: ['release'] },
}

test('who logs in at the provider has a session with the name and role of their claims', async t => {
  const { admin, logIn } = await startWithProvider(t, who)
  const answer = await logIn('ada')
  assert.equal(answer.status, 200, answer.text)
  // A request that began at the provider carries no Strict cookie: the page begins one of its own.
  assert.match(answer.text, /<meta http-equiv="refresh" content="0; url=\/">/)
  assert.doesNotMatch(answer.text, /<script|<style|style=/)
  const lines = answer.headers['set-cookie'] as string[]
  assert.deepEqual(
    lines.map(line => line.replace(/=[\w-]{43};/, '=…;')),
    [
      'switchback_login=; Path=/; HttpOnly; SameSite=Lax; Max-Age=0',
      'switchback_session=…; Path=/; HttpOnly; SameSite=Strict',
    ],
  )
  const cookie = cookiesOf({ headers: { 'set-cookie': lines.slice(1) } })
  const { json } = await admin.ask('GET', '/session', { headers: { cookie } })
  assert.deepEqual([json.who, json.role], ['ada@example.com', 'operator'])
  assert.deepEqual(json.login, { token: true, oidc: true })
  const headers = { cookie, 'x-switchback-csrf': json.csrf }
  const path = '/latches/v2_migration/rollback'
  assert.equal((await admin.ask('POST', path, { headers, body: {} })).status, 200)
  assert.equal(admin.keeper.stateOf('v2_migration').by, 'ada@example.com')
  assert.match(await admin.counted(), /_logins_total\{by="oidc",result="done"\} 1$/m)
})

test('who was somebody else at the provider can be asked anew', async t => {
  const { admin } = await startWithProvider(t, who)
  const promptAt = async (path: string) => {
    const { headers } = await admin.ask('GET', path)
    return new URL(String(headers.location)).searchParams.get('prompt')
  }
  assert.equal(await promptAt('/login/oidc'), null)
  assert.equal(await promptAt('/login/oidc?again=true'), 'login')
})

test('what is asked of the provider is bound to this browser and to nothing that was asked before', async t => {
  const { admin } = await startWithProvider(t, who)
  const first = await sendOff(admin)
  assert.equal(first.answer.status, 302)
  assert.match(
    String(first.answer.headers['set-cookie']),
    /^switchback_login=[\w-]{43}; Path=\/; HttpOnly; SameSite=Lax; Max-Age=600$/,
  )
  const second = await sendOff(admin)
  const [a, b] = [first, second].map(({ location }) => new URL(location).searchParams)
  for (const name of ['state', 'nonce', 'code_challenge']) {
    assert.match(String(a?.get(name)), /^[\w-]{43}$/)
    assert.notEqual(a?.get(name), b?.get(name))
  }
  assert.equal(a?.get('code_challenge_method'), 'S256')
  assert.equal(a?.get('scope'), 'openid profile')
  assert.doesNotMatch(first.location, /secret-of-the-client/)
})

for (const [name, status, reason, said] of [
  ['hal', 403, 'role-missing', 'hal@example.com'],
  ['eve', 401, 'name-taken', 'ANNA'],
] as const) {
  test(`whom the provider knows and the files do not want is told so: ${reason}`, async t => {
    const { admin, logIn } = await startWithProvider(t, who)
    const answer = await logIn(name)
    assert.equal(answer.status, status)
    assert.match(answer.text, /role="alert">Cannot /)
    assert.match(answer.text, /<a href="\/login\/oidc\?again=true">/)
    assert.doesNotMatch(String(answer.headers['set-cookie']), /switchback_session/)
    const told = admin.refused.map(each => [each.reason, each.name, each.page])
    assert.deepEqual(told, [[reason, said, '/login/callback']])
    assert.match(await admin.counted(), /_logins_total\{by="oidc",result="refused"\} 1$/m)
  })
}

test('a state that is not that of this browser is refused before the provider is asked', async t => {
  const { admin, provider } = await startWithProvider(t, who)
  const mine = await sendOff(admin)
  const others = await sendOff(admin)
  // Somebody's own login, slipped to another browser.
  const answer = await comeBack(admin, await logInAt(mine.location, 'ada'), others.cookie)
  assert.equal(answer.status, 401)
  assert.deepEqual(
    admin.refused.map(({ reason }) => reason),
    ['login-refused'],
  )
  assert.ok(!provider.asked.includes('POST /token'))
})

test('nobody comes back who was not sent, nor twice, nor too late', async t => {
  const { admin } = await startWithProvider(t, who)
  const { location, cookie } = await sendOff(admin)
  const to = await logInAt(location, 'ada')
  const made = `switchback_login=${'A'.repeat(43)}`
  for (const own of ['', made, `${cookie}; ${made}`]) {
    assert.equal((await comeBack(admin, to, own)).status, 401, own)
  }
  assert.equal((await comeBack(admin, to, cookie)).status, 200)
  assert.equal((await comeBack(admin, to, cookie)).status, 401)
  const late = await sendOff(admin)
  const back = await logInAt(late.location, 'ada')
  admin.clock.advance(loginLastsMs)
  assert.equal((await comeBack(admin, back, late.cookie)).status, 401)
  assert.deepEqual(
    admin.refused.map(({ reason }) => reason),
    Array.from({ length: 5 }, () => 'login-over'),
  )
})

test('what the provider refuses is told in its word', async t => {
  const { admin } = await startWithProvider(t, who)
  const { location, cookie } = await sendOff(admin)
  const state = new URL(location).searchParams.get('state') as string
  const to = new URL('http://x/login/callback')
  to.search = String(
    new URLSearchParams({ state, error: 'access_denied', iss: new URL(location).origin }),
  )
  const answer = await comeBack(admin, to, cookie)
  assert.equal(answer.status, 401)
  assert.deepEqual(
    admin.refused.map(({ reason, detail }) => [reason, detail]),
    [['login-refused', 'OAUTH_AUTHORIZATION_RESPONSE_ERROR access_denied']],
  )
})

test('a provider that is down is told as such, and is asked again when it had its rest', async t => {
  const { admin, provider } = await startWithProvider(t, who)
  await provider.stop()
  const first = await sendOff(admin)
  assert.deepEqual([first.answer.status, first.answer.json.error], [503, 'identity-unavailable'])
  assert.equal(first.answer.headers['set-cookie'], undefined)
  assert.equal(admin.refused[0]?.reason, 'provider-unavailable')
  const page = await admin.ask('GET', '/login/oidc', { headers: { accept: 'text/html' } })
  assert.match(page.text, /role="alert">Cannot log in: the identity provider must answer/)
  await provider.start()
  assert.equal((await sendOff(admin)).answer.status, 503)
  admin.clock.advance(5000)
  assert.equal((await sendOff(admin)).answer.status, 302)
})

test('a provider that goes away during a login loses that login only', async t => {
  const { admin, provider } = await startWithProvider(t, who)
  const { location, cookie } = await sendOff(admin)
  const to = await logInAt(location, 'ada')
  await provider.stop()
  const answer = await comeBack(admin, to, cookie)
  assert.equal(answer.status, 503)
  assert.equal(admin.refused[0]?.reason, 'provider-unavailable')
})

test('callbacks count as guesses: the provider is not flooded in our name', async t => {
  const { admin } = await startWithProvider(t, who)
  const statuses: number[] = []
  for (let i = 0; i < 22; i++) {
    const { location, cookie } = await sendOff(admin)
    const state = new URL(location).searchParams.get('state') as string
    const to = new URL(`http://x/login/callback?state=${state}&code=made-up`)
    statuses.push((await comeBack(admin, to, cookie)).status)
  }
  assert.deepEqual(statuses, [...Array.from({ length: 20 }, () => 401), 429, 429])
})

test('without admin.oidc.login there is no such page', async t => {
  const { ask } = await startGuardedAdmin(t)
  for (const path of ['/login/oidc', '/login/callback?code=a&state=b']) {
    const { status, json } = await ask('GET', path)
    assert.deepEqual([status, json.error], [404, 'no-such-page'])
  }
})

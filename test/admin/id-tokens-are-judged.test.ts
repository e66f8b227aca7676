import assert from 'node:assert/strict'
import { test } from 'node:test'
import { maxAnswerBytes } from '../../src/admin/session/bounded-fetch.ts'
import { createIssuer } from '../identity/issuer.ts'
import { startWithScript, type TokenAnswer } from './oidc-logins.ts'

const seconds = () => Math.floor(Date.now() / 1000)

/** What a good id token of the client says, save for what a test changes. */
async function answering(
  t: Parameters<typeof startWithScript>[0],
  change: (nonce: string) => Record<string, unknown>,
  signedBy?: Awaited<ReturnType<typeof createIssuer>>,
) {
  let iss = ''
  const answer: TokenAnswer = async (nonce, sign) => {
    const claims = {
      ...{ iss, aud: 'switchback', sub: 'u-1', preferred_username: 'ada', roles: ['dev'] },
      ...{ nonce, iat: seconds(), exp: seconds() + 300, ...change(nonce) },
    }
    const idToken = await (signedBy?.sign ?? sign)(claims)
    return { body: { access_token: 'a', token_type: 'Bearer', id_token: idToken } }
  }
  const started = await startWithScript(t, answer)
  iss = started.issuer
  return started
}

test('a good id token logs in, whose expiry ends no session', async t => {
  const { admin, logIn } = await answering(t, () => ({}))
  const answer = await logIn()
  assert.equal(answer.status, 200)
  const [, line = ''] = answer.headers['set-cookie'] as string[]
  const headers = { cookie: line.split(';', 1)[0] as string }
  admin.clock.advance(20 * 60_000)
  assert.equal((await admin.ask('GET', '/status', { headers })).status, 200)
})

test('what is revoked ends the session of an id token', async t => {
  const { admin, logIn } = await answering(t, () => ({ jti: 'one' }))
  const answer = await logIn()
  const [, line = ''] = answer.headers['set-cookie'] as string[]
  const headers = { cookie: line.split(';', 1)[0] as string }
  assert.equal((await admin.ask('GET', '/status', { headers })).status, 200)
  admin.revoked.add('one')
  assert.equal((await admin.ask('GET', '/status', { headers })).status, 401)
})

for (const [what, change] of [
  ['another provider', { issuer: 'https://other.test' }],
  ['another client', { login: { clientId: 'other', redirectUri: 'x', scopes: [] } }],
  ['other roles', { roles: { viewer: ['hr'], operator: [], approver: [] } }],
] as const) {
  test(`files that come to want ${what} end the session of an id token`, async t => {
    const { admin, logIn, oidc } = await answering(t, () => ({}))
    const answer = await logIn()
    const [, line = ''] = answer.headers['set-cookie'] as string[]
    const headers = { cookie: line.split(';', 1)[0] as string }
    admin.reload({ oidc: { ...oidc } })
    assert.equal((await admin.ask('GET', '/status', { headers })).status, 200)
    admin.reload({ oidc: { ...oidc, ...change } as typeof oidc })
    assert.equal((await admin.ask('GET', '/status', { headers })).status, 401)
  })
}

for (const [what, change, reason] of [
  ['a nonce of another login', () => ({ nonce: 'x'.repeat(43) }), 'login-refused'],
  ['no nonce', () => ({ nonce: undefined }), 'login-refused'],
  ['another audience', () => ({ aud: 'shop' }), 'login-refused'],
  ['the audience of bearer tokens', () => ({ aud: 'switchback-api' }), 'login-refused'],
  ['another issuer', () => ({ iss: 'https://idp.example.com' }), 'login-refused'],
  ['an id token that was over long ago', () => ({ exp: seconds() - 600 }), 'login-refused'],
] as const) {
  test(`an id token is refused for ${what}`, async t => {
    const { admin, logIn } = await answering(t, change)
    const answer = await logIn()
    assert.equal(answer.status, 401, answer.text)
    assert.deepEqual(
      admin.refused.map(each => each.reason),
      [reason],
    )
    assert.doesNotMatch(String(answer.headers['set-cookie']), /switchback_session/)
  })
}

test('an id token that another key signed is refused, though it came from the provider', async t => {
  const { admin, logIn } = await answering(t, () => ({}), await createIssuer())
  assert.equal((await logIn()).status, 401)
  assert.equal(admin.refused[0]?.reason, 'signature-refused')
})

for (const [what, status, body, expected, reason] of [
  ['fails', 500, {}, 503, 'provider-unavailable'],
  ['says no', 400, { error: 'invalid_grant' }, 401, 'login-refused'],
  ['talks nonsense', 200, 'no JSON', 401, 'login-refused'],
  ['says too much', 200, { error: 'x'.repeat(maxAnswerBytes) }, 503, 'provider-unavailable'],
  ['forgets the id token', 200, { access_token: 'a', token_type: 'Bearer' }, 401, 'login-refused'],
] as const) {
  test(`a token endpoint that ${what} logs nobody in`, async t => {
    const { admin, logIn, redeemed } = await startWithScript(t, async () => ({ status, body }))
    assert.equal((await logIn()).status, expected)
    assert.deepEqual([admin.refused[0]?.reason, redeemed()], [reason, 1])
  })
}

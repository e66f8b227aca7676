import assert from 'node:assert/strict'
import { test } from 'node:test'
import { base64url, createIssuer, issuedAtSeconds } from '../identity/issuer.ts'
import { bearing, type OidcConfig, startGuardedAdmin, tokenOf } from './operators.ts'

const oidc: OidcConfig = {
  issuer: 'https://idp.example.com',
  audience: 'switchback',
  jwksFile: 'unused.json',
  algorithms: ['RS256'],
  clockToleranceSeconds: 5,
  nameClaim: 'email',
  rolesClaim: 'realm_access.roles',
  roles: { viewer: ['dev'], operator: ['sre'], approver: ['release'] },
}
const claims = {
  aud: 'switchback',
  email: 'ada@example.com',
  realm_access: { roles: ['dev', 'sre'] },
}
const path = '/latches/v2_migration/rollback'
const now = issuedAtSeconds * 1000
const issuer = await createIssuer()

test('a person of the identity provider signs with the name of the claim, in the highest role', async t => {
  const { ask, keeper } = await startGuardedAdmin(t, { oidc, issuer, now })
  const headers = bearing(await issuer.sign(claims))
  const { status } = await ask('POST', path, { headers, body: { who: 'root' } })
  assert.equal(status, 200)
  assert.equal(keeper.stateOf('v2_migration').by, 'ada@example.com (root)')
})

test('a role that is a text counts as one, and one that is neither counts as none', async t => {
  const { ask } = await startGuardedAdmin(t, { oidc, issuer, now })
  const statusWith = async (roles: unknown) => {
    const headers = bearing(await issuer.sign({ ...claims, realm_access: { roles } }))
    return (await ask('GET', '/status', { headers })).status
  }
  assert.equal(await statusWith('dev'), 200)
  assert.equal(await statusWith('development'), 403)
  assert.equal(await statusWith({ dev: true }), 403)
  assert.equal(await statusWith(undefined), 403)
})

const other = await createIssuer('RS256', 'key-1')
const strange = await createIssuer('ES256', 'key-2')
for (const { what, token, reason, status = 401 } of [
  {
    what: 'another audience',
    token: issuer.sign({ ...claims, aud: 'api' }),
    reason: 'claims-refused',
  },
  {
    what: 'another issuer',
    token: issuer.sign({ ...claims, iss: 'https://evil.example' }),
    reason: 'issuer-unknown',
  },
  { what: 'another key', token: other.sign(claims), reason: 'signature-refused' },
  {
    what: 'an algorithm that is not listed',
    token: strange.sign(claims),
    reason: 'algorithm-refused',
  },
  {
    what: 'no signature',
    token: `${base64url({ alg: 'none' })}.${base64url({ ...claims, iss: oidc.issuer })}.x`,
    reason: 'algorithm-refused',
  },
  {
    what: 'its time over',
    token: issuer.sign({ ...claims, exp: issuedAtSeconds - 60 }),
    reason: 'token-expired',
  },
  {
    what: 'an id that was taken back',
    token: issuer.sign({ ...claims, jti: 'taken-back' }),
    reason: 'revoked',
  },
  { what: 'no name', token: issuer.sign({ ...claims, email: undefined }), reason: 'name-unusable' },
  {
    what: 'a name on two lines',
    token: issuer.sign({ ...claims, email: 'a\nb' }),
    reason: 'name-unusable',
  },
  {
    what: 'a name with something unseen in it',
    token: issuer.sign({ ...claims, email: 'ada\u200b' }),
    reason: 'name-unusable',
  },
  {
    what: 'a name that turns the line around',
    token: issuer.sign({ ...claims, email: '\u202eada' }),
    reason: 'name-unusable',
  },
  {
    what: 'a name with space behind it',
    token: issuer.sign({ ...claims, email: 'ada\u2003' }),
    reason: 'name-unusable',
  },
  {
    what: 'a name that looks like a signature',
    token: issuer.sign({ ...claims, email: 'bert (ada)' }),
    reason: 'name-unusable',
  },
  {
    what: 'the name of somebody of tokens in wide capitals',
    token: issuer.sign({ ...claims, email: 'ＡＮＮＡ' }),
    reason: 'name-taken',
  },
  {
    what: 'the name of somebody of tokens',
    token: issuer.sign({ ...claims, email: 'anna' }),
    reason: 'name-taken',
  },
  {
    what: 'no role',
    token: issuer.sign({ ...claims, realm_access: { roles: ['hr'] } }),
    reason: 'role-missing',
    status: 403,
  },
]) {
  test(`a token with ${what} is refused`, async t => {
    const { ask, refused, keeper } = await startGuardedAdmin(t, { oidc, issuer, now })
    const answer = await ask('POST', path, { headers: bearing(await token), body: {} })
    assert.equal(answer.status, status)
    assert.deepEqual(
      refused.map(each => each.reason),
      [reason],
    )
    assert.equal(keeper.stateOf('v2_migration').version, 0)
  })
}

test('without keys a JWT gets 503, and a token of the configuration is let in', async t => {
  const { ask, refused } = await startGuardedAdmin(t, {
    oidc,
    issuer: { jwks: null as never },
    now,
  })
  const { status, json } = await ask('GET', '/status', {
    headers: bearing(await issuer.sign(claims)),
  })
  assert.deepEqual([status, json.error], [503, 'identity-unavailable'])
  assert.equal(refused[0]?.reason, 'keys-unavailable')
  assert.equal((await ask('GET', '/status', { headers: bearing(tokenOf('vera')) })).status, 200)
})

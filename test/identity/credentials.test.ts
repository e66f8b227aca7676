import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { JwtRule } from '../../src/config/auth-rule.ts'
import type { Certified } from '../../src/identity/certified.ts'
import { createCredentials } from '../../src/identity/credentials.ts'
import type { GatewayRequest } from '../../src/ingress/request.ts'
import { createIssuer, ruleOf, verifierOf } from './issuer.ts'

const issuer = await createIssuer('EdDSA')
const certificate = { id: 'san-uri', roles: {} } as const
const facts = { name: 'spiffe://t/a', fingerprint: 'f', serial: '1' }
const good: Certified = {
  ok: true,
  claims: { sub: 'spiffe://t/a', roles: ['reader'], certificate: facts },
}
const none: Certified = { ok: false, reason: 'certificate-missing' }
const unlisted: Certified = { ok: false, reason: 'name-not-listed' }

/** What a policy with this demand makes of a certificate and a token: who it is, or what is wrong. */
async function proven(demand: 'both' | 'either', certified: Certified, token: string | null) {
  const auth = ruleOf({ certificate: { ...certificate, demand } })
  const prove = createCredentials({
    route: 'match',
    auth,
    verifier: verifierOf(issuer),
    certificate: () => certified,
  })
  const headers = token === null ? [] : ['authorization', `Bearer ${token}`]
  const found = await prove({ headers } as unknown as GatewayRequest)
  return found.ok ? { ...found.claims } : found.reason
}

const who = async (...asked: Parameters<typeof proven>) => {
  const found = await proven(...asked)
  return typeof found === 'string' ? found : found.sub
}

test('both: neither proof does without the other, and the token says who it is', async () => {
  const token = await issuer.sign()
  assert.equal(await who('both', good, token), 'user-42')
  assert.equal(await who('both', good, null), 'token-missing')
  assert.equal(await who('both', good, 'a.b.c'), 'token-malformed')
  assert.equal(await who('both', none, token), 'certificate-missing')
  assert.equal(await who('both', unlisted, token), 'name-not-listed')
})

test('either: a token that is there counts, good or bad, and else the certificate', async () => {
  assert.equal(await who('either', none, await issuer.sign()), 'user-42')
  assert.equal(await who('either', good, await issuer.sign()), 'user-42')
  assert.equal(await who('either', good, 'a.b.c'), 'token-malformed')
  assert.equal(await who('either', good, null), 'spiffe://t/a')
  assert.equal(await who('either', unlisted, null), 'name-not-listed')
  assert.equal(await who('either', none, null), 'token-missing')
})

test('what a token says of a certificate is not believed, and its roles are its own', async () => {
  const token = await issuer.sign({ certificate: { name: 'spiffe://t/root' } })
  for (const demand of ['both', 'either'] as const) {
    const found = await proven(demand, good, token)
    assert.ok(typeof found === 'object')
    assert.deepEqual([found.certificate, found.roles], [facts, undefined])
  }
  const without = await proven('either', unlisted, token)
  assert.ok(typeof without === 'object')
  assert.equal(without.certificate, undefined)
})

test('a policy whose proof nobody can judge is not served', () => {
  const verifier = verifierOf(issuer)
  const both = ruleOf({ certificate: { ...certificate, demand: 'both' } })
  const alone: JwtRule = { ...both, issuers: [] }
  for (const [auth, parts] of [
    [ruleOf(), { verifier: null, certificate: null }],
    [both, { verifier: null, certificate: () => good }],
    [both, { verifier, certificate: null }],
    [alone, { verifier: null, certificate: null }],
  ] as const) {
    assert.throws(
      () => createCredentials({ route: 'match', auth, ...parts }),
      /^Error: Cannot identify/,
    )
  }
})

import assert from 'node:assert/strict'
import { createHmac } from 'node:crypto'
import { test } from 'node:test'
import { exportJWK, generateKeyPair } from 'jose'
import {
  base64url,
  config,
  createIssuer,
  handClock,
  issuedAtSeconds,
  verdict,
  verifierOf,
} from './issuer.ts'

const issuer = await createIssuer()
const good = await issuer.sign()
const [header, payload, signature] = good.split('.') as [string, string, string]

for (const algorithm of ['RS256', 'PS256', 'ES256', 'EdDSA'] as const) {
  test(`a token signed with ${algorithm} is accepted when the policy lists it, else refused`, async () => {
    const other = await createIssuer(algorithm)
    const token = await other.sign()
    const listed = verifierOf(other, { config: { algorithms: [algorithm] } })
    const unlisted = verifierOf(other, {
      config: { algorithms: [algorithm === 'RS256' ? 'ES256' : 'RS256'] },
    })
    assert.equal(await verdict(listed, token), 'ok')
    assert.equal(await verdict(unlisted, token), 'algorithm-refused')
  })
}

test('alg none is refused, with and without a signature', async () => {
  const none = base64url({ alg: 'none', kid: 'key-1' })
  const verifier = verifierOf(issuer)
  assert.equal(await verdict(verifier, `${none}.${payload}.`), 'token-malformed')
  assert.equal(await verdict(verifier, `${none}.${payload}.${signature}`), 'algorithm-refused')
})

test('HS256 keyed with the public key is refused', async () => {
  const head = base64url({ alg: 'HS256', kid: 'key-1' })
  for (const secret of [issuer.publicPem, JSON.stringify(issuer.jwks.keys[0])]) {
    const mac = createHmac('sha256', secret).update(`${head}.${payload}`).digest('base64url')
    assert.equal(
      await verdict(verifierOf(issuer), `${head}.${payload}.${mac}`),
      'algorithm-refused',
    )
  }
})

test('a token that brings its own key or its own rules is refused, even when well signed', async () => {
  const own = await exportJWK((await generateKeyPair('RS256')).publicKey)
  const verifier = verifierOf(issuer)
  for (const extra of [
    { jwk: own },
    { jku: 'http://127.0.0.1:1/jwks.json' },
    { x5u: 'http://127.0.0.1:1/chain.pem' },
    { crit: ['https://example.com/rule'], 'https://example.com/rule': 1 },
  ])
    assert.equal(
      await verdict(verifier, await issuer.sign({}, extra)),
      'header-refused',
      JSON.stringify(extra),
    )
})

test('stray spaces, padding and plain base64 in a token are refused before any crypto', async () => {
  const verifier = verifierOf(issuer)
  for (const token of [
    ` ${good}`,
    `${good} `,
    `${good}=`,
    `${good}==`,
    `${header}=.${payload}.${signature}`,
    `${header}. ${payload}.${signature}`,
    `${header}.${payload}.${signature}\n`,
    `${header}.${payload}.+/${signature}`,
  ]) {
    const answer = verifier.verify(token)
    assert.deepEqual(answer, { ok: false, reason: 'token-malformed' }, JSON.stringify(token))
  }
})

test('a token that is not a JWT inside is refused', async () => {
  const verifier = verifierOf(issuer)
  for (const head of ['AAAA', base64url('[]'), base64url('{"alg":1}'), base64url('null')])
    assert.equal(await verdict(verifier, `${head}.${payload}.${signature}`), 'token-malformed')
})

test('a changed payload, a changed signature and a stranger with the same kid are refused', async () => {
  const verifier = verifierOf(issuer)
  const richer = base64url({
    ...JSON.parse(Buffer.from(payload, 'base64url').toString()),
    sub: 'x',
  })
  const stranger = await (await createIssuer()).sign()
  assert.equal(await verdict(verifier, `${header}.${richer}.${signature}`), 'signature-refused')
  assert.equal(await verdict(verifier, `${header}.${payload}.AAAA`), 'signature-refused')
  assert.equal(await verdict(verifier, stranger), 'signature-refused')
})

test('a kid that the key set does not have is refused', async () => {
  assert.equal(
    await verdict(verifierOf(issuer), await issuer.sign({}, { kid: 'key-2' })),
    'key-unknown',
  )
})

test('a private or broken key in the set refuses its tokens and throws nothing', async () => {
  const leaked = verifierOf({ jwks: { keys: [issuer.privateJwk] } })
  const broken = verifierOf({
    jwks: { keys: [{ ...issuer.jwks.keys[0], n: 'AQAB' }] as never },
  })
  assert.equal(await verdict(leaked, good), 'key-unusable')
  assert.equal(await verdict(broken, good), 'key-unusable')
})

test('issuer, audience and exp must be as the policy says', async () => {
  const verifier = verifierOf(issuer)
  for (const claims of [
    { iss: 'https://evil.example.com' },
    { iss: undefined },
    { iss: [config.issuer] },
  ])
    assert.equal(await verdict(verifier, await issuer.sign(claims)), 'issuer-unknown')
  for (const claims of [{ aud: 'another-api' }, { exp: undefined }, { aud: undefined }])
    assert.equal(await verdict(verifier, await issuer.sign(claims)), 'claims-refused')
  assert.equal(await verdict(verifier, await issuer.sign({ aud: ['other', 'api'] })), 'ok')
})

test('exp and nbf are judged by our clock, with the tolerance of the policy and no more', async () => {
  const clock = handClock()
  const verifier = verifierOf(issuer, { clock })
  const expiring = await issuer.sign({ exp: issuedAtSeconds - 4 })
  const expired = await issuer.sign({ exp: issuedAtSeconds - 5 })
  const soon = await issuer.sign({ nbf: issuedAtSeconds + 5 })
  const later = await issuer.sign({ nbf: issuedAtSeconds + 6 })
  assert.equal(await verdict(verifier, expiring), 'ok')
  assert.equal(await verdict(verifier, expired), 'token-expired')
  assert.equal(await verdict(verifier, soon), 'ok')
  assert.equal(await verdict(verifier, later), 'token-not-yet-valid')
})

test('what is no key set is refused when the verifier is made, in words', () => {
  assert.throws(
    () => verifierOf({ jwks: { key: [] } as never }),
    /Cannot read the key set: it must be an object with "keys".*received fields \["key"\]/,
  )
})

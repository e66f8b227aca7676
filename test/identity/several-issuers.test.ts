import assert from 'node:assert/strict'
import { test } from 'node:test'
import { fixedKeySet } from '../../src/identity/key-set.ts'
import { createJwtVerifier } from '../../src/identity/verifier.ts'
import { createIssuer, handClock, ruleOf, verdict } from './issuer.ts'

const staff = await createIssuer('ES256', 'key-1')
const partners = await createIssuer('EdDSA', 'key-1')

const rule = ruleOf({
  issuers: [
    { issuer: 'https://staff.test', audience: 'api', jwksFile: 'a', algorithms: ['ES256'] },
    { issuer: 'https://partners.test', audience: 'shop', jwksFile: 'b', algorithms: ['EdDSA'] },
  ],
})

function verifier() {
  return createJwtVerifier({
    rule,
    keySets: [fixedKeySet(staff.jwks), fixedKeySet(partners.jwks)],
    clock: handClock(),
  })
}

test('each issuer vouches for its own tokens, under its own audience', async () => {
  const { verify } = verifier()
  const says = (token: string) => verdict({ verify }, token)
  assert.equal(await says(await staff.sign({ iss: 'https://staff.test', aud: 'api' })), 'ok')
  assert.equal(await says(await partners.sign({ iss: 'https://partners.test', aud: 'shop' })), 'ok')
  assert.equal(
    await says(await partners.sign({ iss: 'https://partners.test', aud: 'api' })),
    'claims-refused',
  )
})

test('no issuer can vouch for a token in the name of another', async () => {
  const { verify } = verifier()
  const forged = await partners.sign({ iss: 'https://staff.test', aud: 'api' })
  assert.equal(await verdict({ verify }, forged), 'algorithm-refused')
  const sameAlgorithm = await (await createIssuer('ES256', 'key-1')).sign({
    iss: 'https://staff.test',
    aud: 'api',
  })
  assert.equal(await verdict({ verify }, sameAlgorithm), 'signature-refused')
})

test('an issuer of no name, of another or of several is unknown', async () => {
  const { verify } = verifier()
  for (const iss of [undefined, '', 'https://evil.test', ['https://staff.test'], 'constructor'])
    assert.equal(await verdict({ verify }, await staff.sign({ iss })), 'issuer-unknown')
})

test('an issuer without keys of its own cannot be wired', () => {
  assert.throws(
    () => createJwtVerifier({ rule, keySets: [fixedKeySet(staff.jwks)], clock: handClock() }),
    /Cannot verify tokens of https:\/\/partners\.test: keySets must have one for each issuer, received 1/,
  )
})

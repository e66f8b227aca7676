import assert from 'node:assert/strict'
import { createHmac } from 'node:crypto'
import { test } from 'node:test'
import { base64url, config, createIssuer } from '../identity/issuer.ts'
import { oneRoute, startGateway } from '../support/gateway.ts'
import { startUpstream } from '../support/http.ts'
import { sendRaw } from '../support/raw.ts'
import { assertRefused, bothWays, lines, plainRequest } from '../support/requests.ts'

const issuer = await createIssuer()
const stranger = await createIssuer()
const good = await issuer.sign()
const [header, payload, signature] = good.split('.') as [string, string, string]

const none = base64url({ alg: 'none', kid: 'key-1' })
const hmac = base64url({ alg: 'HS256', kid: 'key-1' })
const mac = createHmac('sha256', issuer.publicPem).update(`${hmac}.${payload}`).digest('base64url')
const richer = base64url({ iss: config.issuer, aud: config.audience, sub: 'root', exp: 4e9 })
const rule = 'https://example.com/rule'

const forged: readonly [string, string][] = [
  ['alg none', `${none}.${payload}.`],
  ['alg none with a signature', `${none}.${payload}.${signature}`],
  ['HS256 with the public key', `${hmac}.${payload}.${mac}`],
  ['a key of its own', await stranger.sign({}, { jwk: stranger.jwks.keys[0] })],
  ['a key elsewhere', await issuer.sign({}, { jku: 'http://127.0.0.1:1/jwks.json' })],
  ['a certificate elsewhere', await issuer.sign({}, { x5u: 'http://127.0.0.1:1/chain.pem' })],
  ['rules of its own', await issuer.sign({}, { crit: [rule], [rule]: 1 })],
  ['a stray space within', `${header}. ${payload}.${signature}`],
  ['padding', `${good}=`],
  ['plain base64', `${header}.${payload}.${signature.slice(0, -2)}+/`],
  ['another payload', `${header}.${richer}.${signature}`],
  ['the key of a stranger', await stranger.sign()],
  ['another issuer', await issuer.sign({ iss: 'https://evil.example' })],
  ['no end', await issuer.sign({ exp: undefined })],
]

test('B30: whatever a token says of itself, only the keys in the configuration vouch for it', async t => {
  const v1 = await startUpstream(t, 'v1')
  const gateway = await startGateway(t, {
    ...oneRoute({ v1: v1.url }),
    'policies/open.yaml': `auth: { issuer: "${config.issuer}", audience: "${config.audience}", jwksFile: jwks.json }\n`,
    'jwks.json': JSON.stringify(issuer.jwks),
  })
  const bearer = (token: string) => `authorization: Bearer ${token}`
  // The good one is remembered: nothing that looks like it may profit from that.
  const { status } = await sendRaw(gateway.port, plainRequest('/', lines(bearer(good))))
  assert.equal(status, 200)
  for (const [way, asking] of bothWays) {
    for (const [what, token] of forged) {
      await t.test(`${what}, by ${way}`, async () => {
        const request = asking('/', lines(bearer(token)))
        await assertRefused(gateway.port, request, 401, 'unauthenticated')
      })
    }
  }
  assert.equal(v1.count(), 1)
})

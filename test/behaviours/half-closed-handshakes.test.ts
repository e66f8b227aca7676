import assert from 'node:assert/strict'
import { test } from 'node:test'
import { createIssuer } from '../identity/issuer.ts'
import { openRaw } from '../support/conversation.ts'
import { oneRoute, startGateway } from '../support/gateway.ts'
import { startRawUpstream } from '../support/raw.ts'
import { upgradeRequest } from '../support/requests.ts'

test('B36: a client that ends its side while its token is verified leaves nothing behind', async t => {
  const upstream = await startRawUpstream(t)
  const issuer = await createIssuer()
  const gateway = await startGateway(t, {
    ...oneRoute({ v1: upstream.url }),
    'policies/open.yaml':
      'auth: { issuer: https://idp.example.com, audience: api, jwksFile: jwks.json }\n',
    'jwks.json': JSON.stringify(issuer.jwks),
  })
  const now = Math.floor(Date.now() / 1000)
  const rounds = 20
  for (let round = 0; round < rounds; round++) {
    const token = await issuer.sign({ jti: String(round), exp: now + 300 })
    const caller = openRaw(t, gateway.port, undefined, { allowHalfOpen: true })
    caller.socket.end(upgradeRequest('/', `authorization: Bearer ${token}\r\n`))
    assert.equal(await caller.ended(), '', 'the gateway ends its side, without a word')
  }
  const aborted = 'switchback_client_aborts_total{route="main",variant="v1"}'
  assert.equal(await gateway.metric(aborted), rounds)
})

import assert from 'node:assert/strict'
import { test } from 'node:test'
import { config, createIssuer } from '../identity/issuer.ts'
import { openRaw, startScriptedUpstream } from '../support/conversation.ts'
import { oneRoute, processWith, startGateway, upstreamClients } from '../support/gateway.ts'
import { parseAnswer, startRawUpstream } from '../support/raw.ts'
import {
  assertNothingArrived,
  assertRefused,
  keptRequest,
  lines,
  upgradeRequest,
} from '../support/requests.ts'

const issuer = await createIssuer()
const expecting = (...more: string[]) =>
  keptRequest('/', lines('expect: 100-continue', 'content-length: 5', ...more), 'POST')

for (const client of upstreamClients) {
  test(`B21 (${client}): auth and limits come first, then 100, then the body`, async t => {
    const upstream = await startScriptedUpstream(t)
    const gateway = await startGateway(t, {
      ...oneRoute({ v1: upstream.url }),
      'policies/open.yaml': `auth: { issuer: "${config.issuer}", audience: "${config.audience}", jwksFile: jwks.json }\nmaxBodyBytes: 5\n`,
      'jwks.json': JSON.stringify(issuer.jwks),
      'switchback.yaml': processWith(client),
    })
    const token = `authorization: Bearer ${await issuer.sign()}`
    // The answers are the first thing on the wire: never a 100 before them.
    await assertRefused(gateway.port, expecting(), 401, 'unauthenticated')
    const long = expecting(token).replace('length: 5', 'length: 6')
    await assertRefused(gateway.port, long, 413, 'body-too-large')
    assert.equal(upstream.connections(), 0)

    const caller = openRaw(t, gateway.port, expecting(token))
    assert.equal(await caller.until('\r\n\r\n'), 'HTTP/1.1 100 Continue\r\n\r\n')
    caller.send('hello')
    const served = await upstream.accept()
    const received = await served.until('hello')
    assert.doesNotMatch(received, /expect/i)
    served.send('HTTP/1.1 204 No Content\r\n\r\n')
    assert.equal(
      parseAnswer((await caller.until('204')).split('\r\n\r\n')[1] as string).status,
      204,
    )
  })
}

test('B21: any other expectation is answered 417', async t => {
  const upstream = await startRawUpstream(t)
  const gateway = await startGateway(t, oneRoute({ v1: upstream.url }))
  for (const expectation of ['200-ok', '100-continue, 200-ok', '100-continued', 'a=b']) {
    const request = keptRequest('/', lines(`expect: ${expectation}`, 'content-length: 5'), 'POST')
    await assertRefused(gateway.port, request, 417, 'expectation-failed')
    const upgrade = upgradeRequest('/', lines(`expect: ${expectation}`))
    await assertRefused(gateway.port, upgrade, 417, 'expectation-failed')
  }
  await assertNothingArrived(gateway.port, upstream)
})

test('B21: a client of HTTP/1.0 is sent no interim answer', async t => {
  const upstream = await startRawUpstream(t)
  const gateway = await startGateway(t, oneRoute({ v1: upstream.url }))
  const request = `${expecting().replace('HTTP/1.1', 'HTTP/1.0')}hello`
  const client = openRaw(t, gateway.port, request)
  assert.equal(parseAnswer(await client.ended()).status, 200)
})

import assert from 'node:assert/strict'
import { type TestContext, test } from 'node:test'
import type { GatewayStatus } from '../../src/fleet/gateway-status.ts'
import { openRaw, startScriptedUpstream } from '../support/conversation.ts'
import { oneRoute, startGateway } from '../support/gateway.ts'
import { startUpstream } from '../support/http.ts'
import { okAnswer, sendRaw } from '../support/raw.ts'
import {
  assertRefused,
  keptRequest,
  plainRequest,
  upgradeAnswer,
  upgradeRequest,
} from '../support/requests.ts'
import { placesOf, placesTaken } from './places.ts'

const limits = 'maxInFlight: 2\nmaxWebSockets: 1\n'

async function start(t: TestContext, policy = limits) {
  const upstream = await startScriptedUpstream(t)
  const gateway = await startGateway(t, {
    ...oneRoute({ v1: upstream.url, policy }),
    'routes/other.yaml': `match: { path: /other }\nv1: { url: "${upstream.url}" }\npolicy: open\n`,
  })
  return { upstream, gateway }
}

test('one request too many is answered 503 at once, until a place is free', async t => {
  const { upstream, gateway } = await start(t)
  const clients = ['/1', '/2'].map(path => openRaw(t, gateway.port, keptRequest(path)))
  const asked = [await upstream.accept(), await upstream.accept()]
  const refused = await assertRefused(gateway.port, plainRequest('/3'), 503, 'route-full')
  assert.equal(refused.headers.get('retry-after'), '1')
  assert.deepEqual(await placesOf(gateway), {
    requests: { taken: 2, limit: 2 },
    websockets: { taken: 0, limit: 1 },
  })
  assert.equal(await gateway.metric('switchback_places_taken{route="main",kind="requests"}'), 2)
  assert.equal(await gateway.metric('switchback_places_limit{route="main",kind="requests"}'), 2)
  assert.equal(
    await gateway.metric('switchback_refusals_total{route="main",reason="route-full"}'),
    1,
  )

  const { overloads } = (await (await fetch(`${gateway.adminUrl}/status`)).json()) as GatewayStatus
  assert.deepEqual(overloads, [`worker ${process.pid} is full on main: 2 requests of at most 2`])

  for (const each of asked) each.send(okAnswer)
  for (const client of clients) await client.until('\r\n\r\nok')
  await placesTaken(gateway, 0)
  const next = openRaw(t, gateway.port, plainRequest('/4'))
  await Promise.any(asked.map(each => each.until('GET /4')))
  await placesTaken(gateway, 1)
  next.socket.destroy()
  await placesTaken(gateway, 0)
})

test('a place is kept to the last byte of the answer', async t => {
  const { upstream, gateway } = await start(t, 'maxInFlight: 1\n')
  const client = openRaw(t, gateway.port, keptRequest('/'))
  const asked = await upstream.accept()
  asked.send('HTTP/1.1 200 OK\r\ncontent-length: 4\r\n\r\nha')
  await client.until('ha')
  await assertRefused(gateway.port, plainRequest('/'), 503, 'route-full')
  asked.send('lf')
  await client.until('half')
  await placesTaken(gateway, 0)
})

test('routes with one policy have places each, and what no policy limits is not counted', async t => {
  const { upstream, gateway } = await start(t, 'maxInFlight: 1\n')
  openRaw(t, gateway.port, keptRequest('/'))
  await upstream.accept()
  openRaw(t, gateway.port, keptRequest('/other'))
  await upstream.accept()
  await assertRefused(gateway.port, plainRequest('/other'), 503, 'route-full')
  const [worker] = await gateway.status()
  const taken = worker?.routes.map(({ route, places }) => [route, places])
  const one = { requests: { taken: 1, limit: 1 }, websockets: null }
  assert.deepEqual(Object.fromEntries(taken ?? []), { main: one, other: one })
})

test('WebSockets have places of their own, from the handshake to the end of the tunnel', async t => {
  const { upstream, gateway } = await start(t, 'maxInFlight: 1\nmaxWebSockets: 1\n')
  const first = openRaw(t, gateway.port, upgradeRequest('/ws'))
  const opening = await upstream.accept()
  const refused = await assertRefused(gateway.port, upgradeRequest('/ws'), 503, 'route-full')
  assert.equal(refused.headers.get('retry-after'), '1')
  opening.send(upgradeAnswer)
  await first.until('101 Switching Protocols')
  await assertRefused(gateway.port, upgradeRequest('/ws'), 503, 'route-full')
  assert.equal(upstream.connections(), 1)

  const request = openRaw(t, gateway.port, plainRequest('/'))
  ;(await upstream.accept()).send(okAnswer)
  assert.match(await request.ended(), /^HTTP\/1.1 200 /)

  opening.socket.end()
  await first.ended()
  first.socket.end()
  await placesTaken(gateway, 0, 'websockets')
  const second = openRaw(t, gateway.port, upgradeRequest('/ws'))
  ;(await upstream.accept()).send(upgradeAnswer)
  await second.until('101 Switching Protocols')
})

test('a handshake that the upstream refuses gives its place back', async t => {
  const { upstream, gateway } = await start(t)
  const client = openRaw(t, gateway.port, upgradeRequest('/ws'))
  const asked = await upstream.accept()
  asked.send('HTTP/1.1 403 Forbidden\r\ncontent-length: 0\r\n\r\n')
  assert.match(await client.ended(), /^HTTP\/1.1 403 /)
  client.socket.end()
  await placesTaken(gateway, 0, 'websockets')
})

test('a page of another origin may read that there was no place', async t => {
  const { upstream, gateway } = await start(
    t,
    'maxInFlight: 1\nmaxWebSockets: 1\ncors: { origins: [https://shop.example.com] }\n',
  )
  openRaw(t, gateway.port, keptRequest('/'))
  await upstream.accept()
  const origin = 'origin: https://shop.example.com\r\n'
  const refused = await assertRefused(gateway.port, plainRequest('/', origin), 503, 'route-full')
  assert.equal(refused.headers.get('access-control-allow-origin'), 'https://shop.example.com')
  assert.equal(refused.headers.get('retry-after'), '1')
})

test('V1 answers for V2 in the one place that the request has', async t => {
  const v1 = await startUpstream(t, 'v1')
  const v2 = await startUpstream(t, 'v2', (request, response) => {
    request.resume()
    response.writeHead(500).end()
  })
  const gateway = await startGateway(
    t,
    oneRoute({
      v1: v1.url,
      v2: v2.url,
      percent: 100,
      policy: 'maxInFlight: 1\nfallback: { methods: [GET] }\n',
    }),
  )
  for (let i = 0; i < 5; i++) {
    const { status, text } = await sendRaw(gateway.port, plainRequest('/', `x-user-id: u${i}\r\n`))
    assert.equal(status, 200, text)
    await placesTaken(gateway, 0)
  }
  assert.equal(v2.count(), 5)
})

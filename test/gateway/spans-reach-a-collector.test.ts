import assert from 'node:assert/strict'
import { test } from 'node:test'
import { openRaw, startScriptedUpstream } from '../support/conversation.ts'
import { oneRoute, startGateway, type TestGateway, testProcess } from '../support/gateway.ts'
import { connectHttp2, startHttp2Gateway } from '../support/http2.ts'
import { type CollectedSpan, startCollector } from '../support/otlp-collector.ts'
import { okAnswer, sendRaw, startRawUpstream } from '../support/raw.ts'
import {
  headsIn,
  lines,
  plainRequest,
  upgradeAnswer,
  upgradeRequest,
  valuesIn,
} from '../support/requests.ts'
import { startShadowed } from './shadowed.ts'

const id = '4bf92f3577b34da6a3ce929d0e0e4736'
const sender = '00f067aa0ba902b7'
const recorded = lines(`traceparent: 00-${id}-${sender}-01`, 'tracestate: vendor=1')
const unrecorded = lines(`traceparent: 00-${id}-${sender}-00`)

type Collector = Awaited<ReturnType<typeof startCollector>>

/** Everything is recorded, and who sends to the gateway is believed. */
function tracing({ url }: Collector, more = ''): string {
  return `trustedProxies: [127.0.0.1]\ntracing: { otlp: "${url}/", sample: 100%${more} }\n`
}

/** All spans, once the gateway has left. */
async function spansOf(gateway: Pick<TestGateway, 'close'>, collector: Collector) {
  await gateway.close()
  const spans = collector.spans()
  const servers = spans.filter(({ kind }) => kind === 'server')
  const clients = spans.filter(({ kind }) => kind === 'client')
  const [server = assert.fail('the request has no span')] = servers
  assert.equal(new Set(idsOf(spans)).size, spans.length)
  return { servers, clients, server }
}

/** The spans that the requests in `received` were told to be part of. */
function toldSpans(received: string): string[] {
  return headsIn(received).map(head => (valuesIn(head, 'traceparent')[0] ?? '').split('-')[2] ?? '')
}

const idsOf = (spans: readonly CollectedSpan[]) => spans.map(({ spanId }) => spanId)

test('a request has a span, and the attempt at its upstream another below it', async t => {
  const collector = await startCollector(t)
  const upstream = await startRawUpstream(t)
  const more = ', headers: { x-tenant: shop }, resource: { deployment.environment.name: test }'
  const gateway = await startGateway(t, {
    ...oneRoute({ v1: upstream.url, path: '/api' }),
    'switchback.yaml': `${testProcess}name: edge\n${tracing(collector, more)}`,
  })
  const before = BigInt(Date.now()) * 1_000_000n
  const answer = await sendRaw(gateway.port, plainRequest('/api/offers?secret=1', recorded))
  const { server, servers, clients } = await spansOf(gateway, collector)
  const [client = assert.fail('the attempt has no span')] = clients
  assert.deepEqual([servers.length, clients.length], [1, 1])

  assert.deepEqual([server.traceId, server.parentId, server.traceState], [id, sender, 'vendor=1'])
  assert.deepEqual([server.name, server.failed, server.links], ['GET /api', false, []])
  assert.deepEqual(server.attributes, {
    'http.request.method': 'GET',
    'http.response.status_code': 200,
    'http.route': '/api',
    'network.protocol.name': 'http',
    'network.protocol.version': '1.1',
    'server.address': 'api.example.com',
    'switchback.reason': 'v1-only',
    'switchback.request_id': answer.headers.get('x-request-id'),
    'switchback.route': 'main',
    'switchback.variant': 'v1',
    'url.path': '/api/offers',
    'url.scheme': 'http',
  })
  assert.deepEqual(
    [client.traceId, client.parentId, client.traceState],
    [id, server.spanId, 'vendor=1'],
  )
  assert.deepEqual([client.name, client.failed, client.links], ['GET', false, []])
  assert.deepEqual(client.attributes, {
    'http.request.method': 'GET',
    'http.response.status_code': 200,
    'network.protocol.name': 'http',
    'network.protocol.version': '1.1',
    'server.address': '127.0.0.1',
    'server.port': upstream.port,
    'switchback.variant': 'v1',
    'url.full': `${upstream.url}/api/offers`,
  })
  assert.deepEqual(toldSpans(upstream.received()), [client.spanId])

  const now = BigInt(Date.now() + 1) * 1_000_000n
  const times = [before - 1_000_000n, server.from, client.from, client.to, server.to, now]
  assert.deepEqual(
    times,
    times.toSorted((a, b) => (a < b ? -1 : 1)),
  )
  assert.deepEqual(server.resource, {
    'deployment.environment.name': 'test',
    'service.instance.id': 'test',
    'service.name': 'edge',
  })
  const [post] = collector.posts
  assert.equal(post?.path, '/v1/traces')
  assert.equal(post?.headers['x-tenant'], 'shop')
  assert.ok(
    !JSON.stringify(collector.spans(), (_, v) => (typeof v === 'bigint' ? `${v}` : v)).includes(
      'secret',
    ),
  )
})

test('each attempt has a span of its own, and the upstream is told which it is', async t => {
  const collector = await startCollector(t)
  let connections = 0
  const upstream = await startRawUpstream(t, socket => {
    const isFirst = connections++ === 0
    socket.on('data', () => (isFirst ? socket.resetAndDestroy() : socket.write(okAnswer)))
  })
  const gateway = await startGateway(t, {
    ...oneRoute({ v1: upstream.url, policy: 'retry: { attempts: 1, budgetPercent: 100 }\n' }),
    'switchback.yaml': testProcess + tracing(collector),
  })
  assert.equal((await sendRaw(gateway.port, plainRequest('/', recorded))).status, 200)
  const { server, clients } = await spansOf(gateway, collector)
  assert.deepEqual(idsOf(clients), toldSpans(upstream.received()))
  assert.deepEqual(
    clients.map(({ parentId, failed, attributes }) => [
      parentId,
      failed,
      attributes['error.type'],
      attributes['http.request.resend_count'],
      attributes['http.response.status_code'],
    ]),
    [
      [server.spanId, true, 'reset', undefined, undefined],
      [server.spanId, false, undefined, 1, 200],
    ],
  )
  assert.equal(server.failed, false)
})

test('where V1 answers for V2 both stand below the request, which says why', async t => {
  const collector = await startCollector(t)
  const v1 = await startRawUpstream(t)
  const v2 = await startRawUpstream(t, socket =>
    socket.on('data', () => socket.write('HTTP/1.1 503 No\r\ncontent-length: 0\r\n\r\n')),
  )
  const gateway = await startGateway(t, {
    ...oneRoute({ v1: v1.url, v2: v2.url, percent: 100, policy: 'fallback: {}\n' }),
    'switchback.yaml': testProcess + tracing(collector),
  })
  assert.equal((await sendRaw(gateway.port, plainRequest('/', recorded))).status, 200)
  const { server, clients } = await spansOf(gateway, collector)
  assert.deepEqual(
    clients.map(({ parentId, failed, attributes }) => [
      parentId,
      failed,
      attributes['switchback.variant'],
      attributes['error.type'],
    ]),
    [
      [server.spanId, true, 'v2', '503'],
      [server.spanId, false, 'v1', undefined],
    ],
  )
  assert.deepEqual(idsOf(clients), [...toldSpans(v2.received()), ...toldSpans(v1.received())])
  const { attributes } = server
  assert.equal(attributes['switchback.variant'], 'v2')
  assert.equal(attributes['switchback.reason'], 'in-share')
  assert.equal(attributes['switchback.fallback'], 'v2-error')
  assert.equal(attributes['switchback.flag'], 'v2')
  assert.equal(attributes['switchback.latch'], 'open')
})

test('a copy begins a trace of its own that links to its request', async t => {
  const collector = await startCollector(t)
  const gateway = await startShadowed(t, { process: testProcess + tracing(collector) })
  await sendRaw(gateway.port, plainRequest('/?secret=1', recorded))
  await gateway.settled()
  const { server, clients } = await spansOf(gateway, collector)
  const [live, copied = assert.fail('the copy has no span')] = clients.toSorted(
    (a, b) => a.links.length - b.links.length,
  )
  assert.equal(live?.parentId, server.spanId)
  assert.notEqual(copied.traceId, id)
  assert.deepEqual([copied.parentId, copied.traceState], ['', ''])
  const link = { traceId: id, spanId: server.spanId, traceState: 'vendor=1', flags: 1 }
  assert.deepEqual(copied.links, [link])
  assert.equal(copied.attributes['switchback.copy'], 'shadow')
  assert.equal(copied.attributes['switchback.variant'], 'v2')
  assert.equal(copied.attributes['url.full'], `${gateway.v2.url}/`)
  const { traceparent, tracestate } = gateway.v2.seen[0]?.headers ?? {}
  assert.equal(traceparent, `00-${copied.traceId}-${copied.spanId}-03`)
  assert.equal(tracestate, undefined)
})

test('copies of a request that is not recorded are in no trace of it either', async t => {
  const collector = await startCollector(t)
  const gateway = await startShadowed(t, { process: testProcess + tracing(collector) })
  await sendRaw(gateway.port, plainRequest('/', unrecorded))
  await gateway.settled()
  await gateway.close()
  const parent = String(gateway.v2.seen[0]?.headers.traceparent)
  assert.match(parent, /^00-[0-9a-f]{32}-[0-9a-f]{16}-02$/)
  assert.ok(!parent.includes(id))
  assert.deepEqual(collector.posts, [])
})

test('a WebSocket has the spans of its handshake', async t => {
  const collector = await startCollector(t)
  const upstream = await startScriptedUpstream(t)
  const gateway = await startGateway(t, {
    ...oneRoute({ v1: upstream.url, path: '/live' }),
    'switchback.yaml': testProcess + tracing(collector),
  })
  const client = openRaw(t, gateway.port, upgradeRequest('/live', recorded))
  const served = await upstream.accept()
  const head = await served.until('\r\n\r\n')
  served.send(upgradeAnswer)
  await client.until('101 Switching Protocols')
  client.socket.destroy()
  await served.ended()
  const { server, clients } = await spansOf(gateway, collector)
  const told = gateway.logLines.map(line => JSON.parse(line))
  assert.equal(told.find(({ msg }) => msg === 'websocket closed')?.traceId, id)
  assert.deepEqual(idsOf(clients), toldSpans(head))
  assert.deepEqual(
    [server, ...clients].map(({ name, parentId, attributes }) => [
      name,
      parentId,
      attributes['http.response.status_code'],
    ]),
    [
      ['GET /live', sender, 101],
      ['GET', server.spanId, 101],
    ],
  )
})

test('a request over HTTP/2 has the same spans, and says what it came by', async t => {
  const collector = await startCollector(t)
  const upstream = await startRawUpstream(t)
  const gateway = await startHttp2Gateway(t, oneRoute({ v1: upstream.url }), tracing(collector))
  const { ask, session } = await connectHttp2(t, gateway)
  const { status } = await ask({
    ':path': '/',
    traceparent: `00-${id}-${sender}-01`,
    tracestate: 'vendor=1',
  })
  assert.equal(status, 200)
  session.close()
  const { server, clients } = await spansOf(gateway, collector)
  assert.deepEqual([server.traceId, server.parentId, server.traceState], [id, sender, 'vendor=1'])
  assert.equal(server.attributes['network.protocol.version'], '2')
  assert.equal(server.attributes['url.scheme'], 'https')
  assert.deepEqual(
    clients.map(({ parentId }) => parentId),
    [server.spanId],
  )
  assert.deepEqual(idsOf(clients), toldSpans(upstream.received()))
})

test('what the gateway answers in its own name has a span without an attempt below it', async t => {
  const collector = await startCollector(t)
  const upstream = await startRawUpstream(t)
  const policy = 'cors: { origins: ["https://app.example.com"] }\n'
  const gateway = await startGateway(t, {
    ...oneRoute({ v1: upstream.url, path: '/api', policy }),
    'switchback.yaml': testProcess + tracing(collector),
  })
  await sendRaw(gateway.port, plainRequest('/elsewhere', recorded))
  const asks = lines('origin: https://app.example.com', 'access-control-request-method: GET')
  await sendRaw(gateway.port, plainRequest('/api', recorded + asks, 'OPTIONS'))
  const { servers, clients } = await spansOf(gateway, collector)
  assert.deepEqual(clients, [])
  assert.deepEqual(
    servers.map(({ name, failed, attributes }) => [
      name,
      failed,
      attributes['http.response.status_code'],
      attributes['switchback.refusal'],
    ]),
    [
      ['GET', false, 404, 'no-route'],
      ['OPTIONS /api', false, 204, undefined],
    ],
  )
})

test('spans have as much of a path and of a state as they may, however long a client makes them', async t => {
  const collector = await startCollector(t)
  const upstream = await startRawUpstream(t)
  const gateway = await startGateway(t, {
    ...oneRoute({ v1: upstream.url }),
    'switchback.yaml': testProcess + tracing(collector),
  })
  const path = `/${'p'.repeat(3000)}`
  const state = `a=${'1'.repeat(256)},b=${'2'.repeat(256)}`
  const headers = recorded.replace('vendor=1', state)
  await sendRaw(gateway.port, plainRequest(path, headers))
  assert.deepEqual(valuesIn(headsIn(upstream.received())[0] ?? '', 'tracestate'), [state])
  const { server, clients } = await spansOf(gateway, collector)
  assert.equal(server.attributes['url.path'], path.slice(0, 1024))
  assert.equal(clients[0]?.attributes['url.full'], (upstream.url + path).slice(0, 1024))
  assert.deepEqual([server.traceState, clients[0]?.traceState], ['', ''])
})

test('an upstream that cannot be reached is an error of the attempt and of the request', async t => {
  const collector = await startCollector(t)
  const gateway = await startGateway(t, {
    // Discard: nobody listens, and root alone could.
    ...oneRoute({ v1: 'http://127.0.0.1:9', policy: 'retry: { attempts: 0 }\n' }),
    'switchback.yaml': testProcess + tracing(collector),
  })
  assert.equal((await sendRaw(gateway.port, plainRequest('/', recorded))).status, 502)
  const { server, clients } = await spansOf(gateway, collector)
  assert.deepEqual(
    [...clients, server].map(({ failed, attributes }) => [failed, attributes['error.type']]),
    [
      [true, 'connect-failed'],
      [true, 'upstream-connect'],
    ],
  )
})

test('a client that leaves ends its spans, and nobody failed', async t => {
  const collector = await startCollector(t)
  const upstream = await startScriptedUpstream(t)
  const gateway = await startGateway(t, {
    ...oneRoute({ v1: upstream.url }),
    'switchback.yaml': testProcess + tracing(collector),
  })
  const client = openRaw(t, gateway.port, plainRequest('/', recorded))
  const asked = await upstream.accept()
  await asked.until('\r\n\r\n')
  client.socket.destroy()
  await asked.ended()
  const { server, clients } = await spansOf(gateway, collector)
  assert.deepEqual(
    [...clients, server].map(({ failed, attributes }) => [failed, attributes['error.type']]),
    [
      [false, 'aborted'],
      [false, undefined],
    ],
  )
})

test('what is not recorded is sent nowhere, and a reload changes who is asked and how much', async t => {
  const away = await startCollector(t)
  const collector = await startCollector(t)
  const upstream = await startRawUpstream(t)
  const files = (text: string) => ({ 'switchback.yaml': testProcess + text })
  const gateway = await startGateway(t, { ...oneRoute({ v1: upstream.url }), ...files('') })
  const change = async (text: string) => {
    await gateway.edit(files(text))
    await gateway.reload()
  }
  const ask = (headers = '') => sendRaw(gateway.port, plainRequest('/', headers))
  await ask(recorded)
  await change(tracing(away))
  await ask(unrecorded)
  await change(`tracing: { otlp: "${collector.url}", sample: 0% }\n`)
  await ask()
  await change(`tracing: { otlp: "${collector.url}", sample: 100% }\n`)
  await ask()
  await ask()
  const { servers, clients } = await spansOf(gateway, collector)
  assert.deepEqual([servers.length, clients.length, away.posts.length], [2, 2, 0])
  assert.equal(new Set(servers.map(({ traceId }) => traceId)).size, 2)
  assert.deepEqual(toldSpans(upstream.received()).slice(3), idsOf(clients))
})

test('a collector that says nothing changes nothing for clients, and holds up the leaving for a second at most', async t => {
  const collector = await startCollector(t)
  collector.answers.push(() => {})
  const upstream = await startRawUpstream(t)
  const gateway = await startGateway(t, {
    ...oneRoute({ v1: upstream.url }),
    'switchback.yaml': testProcess + tracing(collector),
  })
  assert.equal((await sendRaw(gateway.port, plainRequest('/'))).status, 200)
  await collector.posted(1)
  assert.equal((await sendRaw(gateway.port, plainRequest('/'))).status, 200)
  assert.equal(await gateway.metric('switchback_spans_queued'), 4)
  await gateway.close()
  assert.equal(collector.posts.length, 1)
})

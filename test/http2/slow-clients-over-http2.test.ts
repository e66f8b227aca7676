import assert from 'node:assert/strict'
import { once } from 'node:events'
import { constants } from 'node:http2'
import { test } from 'node:test'
import { oneRoute, type TestGateway } from '../support/gateway.ts'
import { startUpstream } from '../support/http.ts'
import { connectHttp2, startHttp2Gateway } from '../support/http2.ts'
import { fieldBlock, frame, openFrames, requestFields } from '../support/http2-frames.ts'
import { createManualClock } from '../support/manual-clock.ts'
import { startRawUpstream } from '../support/raw.ts'

const limits =
  'limits: { headersTimeoutMs: 1000, bodyTimeoutMs: 2000, sendTimeoutMs: 3000, keepAliveTimeoutMs: 5000 }'

async function ended(gateway: TestGateway, reason: string): Promise<void> {
  const sample = `switchback_http2_sessions_ended_total{reason="${reason}"}`
  while ((await gateway.metric(sample)) === 0) await new Promise(resolve => setImmediate(resolve))
}

test('B29: a connection without a first request is closed after headersTimeoutMs', async t => {
  const clock = createManualClock()
  const v1 = await startRawUpstream(t)
  const gateway = await startHttp2Gateway(t, oneRoute({ v1: v1.url }), limits, clock)
  const silent = await openFrames(t, gateway.port)
  // Half a request, and PING as often as one likes, are no request.
  const slow = await openFrames(t, gateway.port)
  slow.write(frame('ping', 0, Buffer.alloc(8)), frame('headers', 1, fieldBlock(requestFields())))
  await slow.next(({ type }) => type === 'ping')
  await silent.next(({ type }) => type === 'settings')
  clock.advance(1001)
  clock.advance(2000)
  await Promise.all([silent.closed, slow.closed])
  await ended(gateway, 'idle')
  assert.equal(v1.received(), '')
})

test('a connection without requests is told to go after keepAliveTimeoutMs, one with requests is not', async t => {
  const clock = createManualClock()
  const v1 = await startUpstream(t, 'v1', (incoming, response) => {
    if (incoming.url === '/held') response.flushHeaders()
    else response.end('v1')
  })
  const gateway = await startHttp2Gateway(t, oneRoute({ v1: v1.url }), limits, clock)
  const idle = await connectHttp2(t, gateway)
  const busy = await connectHttp2(t, gateway)
  assert.equal((await idle.ask({})).status, 200)
  const held = busy.session.request({ ':authority': 'shop.test', ':path': '/held' })
  await once(held, 'response')
  clock.advance(4000)
  assert.equal(idle.session.closed, false)
  const told = once(idle.session, 'goaway')
  clock.advance(1600)
  const [code] = await told
  assert.equal(code, constants.NGHTTP2_NO_ERROR)
  await once(idle.session, 'close')
  assert.equal(busy.session.closed, false)
  held.close()
})

test('B29: a body that pauses for bodyTimeoutMs is refused, and only it', async t => {
  const clock = createManualClock()
  // It answers whole requests only, however long that takes.
  const v1 = await startUpstream(t, 'v1', (incoming, response) => {
    incoming.resume().once('end', () => response.end('v1'))
  })
  const gateway = await startHttp2Gateway(t, oneRoute({ v1: v1.url }), limits, clock)
  const { session, ask } = await connectHttp2(t, gateway)
  const slow = session.request({
    ':authority': 'shop.test',
    ':method': 'POST',
    'content-length': '10',
  })
  slow.on('error', () => {})
  slow.write('half')
  // Once it is counted, the gateway is reading.
  while ((await gateway.metric('switchback_http2_streams')) === 0) {}
  const answered = once(slow, 'response')
  clock.advance(2001)
  clock.advance(501)
  const [head] = await answered
  assert.equal(head[':status'], 408)
  slow.resume()
  await once(slow, 'close')
  assert.equal((await ask({})).status, 200)
})

test('an answer of which a client takes nothing for sendTimeoutMs is reset', async t => {
  const clock = createManualClock()
  const v1 = await startUpstream(t, 'v1', (_incoming, response) => {
    response.end(Buffer.alloc(1_000_000))
  })
  const gateway = await startHttp2Gateway(t, oneRoute({ v1: v1.url }), limits, clock)
  const { session } = await connectHttp2(t, gateway)
  // Never read, so its window is used up and stays so.
  const stuck = session.request({ ':authority': 'shop.test' })
  stuck.on('error', () => {})
  await once(stuck, 'response')
  const fine = session.request({ ':authority': 'shop.test', ':method': 'HEAD' })
  await once(fine, 'response')
  while (stuck.rstCode === 0) {
    clock.advance(1000)
    await new Promise(resolve => setImmediate(resolve))
  }
  assert.equal(stuck.rstCode, constants.NGHTTP2_INTERNAL_ERROR)
})

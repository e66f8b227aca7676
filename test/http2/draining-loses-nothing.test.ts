import assert from 'node:assert/strict'
import { once } from 'node:events'
import { constants } from 'node:http2'
import { connect } from 'node:net'
import { test } from 'node:test'
import { oneRoute } from '../support/gateway.ts'
import { startUpstream } from '../support/http.ts'
import { connectHttp2, startHttp2Gateway } from '../support/http2.ts'
import {
  endStream,
  errorOf,
  frame,
  openFrames,
  requestFields,
  requestFrames,
} from '../support/http2-frames.ts'

test('B39: a gateway that leaves answers what is under way to its last byte, then says GOAWAY and closes', async t => {
  let release = (): void => {}
  const v1 = await startUpstream(t, 'v1', (_incoming, response) => {
    response.writeHead(200).write('begun ')
    release = () => response.end('x'.repeat(500_000))
  })
  const gateway = await startHttp2Gateway(t, oneRoute({ v1: v1.url }))
  const { session } = await connectHttp2(t, gateway)
  const stream = session.request({ ':authority': 'shop.test' })
  await once(stream, 'response')
  const toldToGo = once(session, 'goaway')
  const closing = gateway.close()
  const [code] = await toldToGo
  assert.equal(code, constants.NGHTTP2_NO_ERROR)
  let received = 0
  stream.on('data', chunk => {
    received += chunk.length
  })
  release()
  await once(stream, 'close')
  assert.deepEqual([received, stream.rstCode], [500_006, 0])
  await Promise.all([closing, once(session, 'close')])
})

test('a request that crosses GOAWAY goes nowhere, and its client can tell', async t => {
  let release = (): void => {}
  const v1 = await startUpstream(t, 'v1', (_incoming, response) => {
    release = () => response.end('v1')
    response.flushHeaders()
  })
  const gateway = await startHttp2Gateway(t, oneRoute({ v1: v1.url }))
  const client = await openFrames(t, gateway.port)
  client.write(requestFrames(1, requestFields()))
  await client.next(({ type }) => type === 'headers')
  const closing = gateway.close()
  const goaway = await client.next(({ type }) => type === 'goaway')
  assert.deepEqual([errorOf(goaway), goaway.payload.readUInt32BE(0)], [0, 1])
  client.write(requestFrames(3, requestFields()), frame('ping', 0, Buffer.alloc(8)))
  await client.next(({ type }) => type === 'ping')
  assert.equal(v1.count(), 1)
  release()
  const last = await client.next(({ flags, type }) => type === 'data' && (flags & endStream) !== 0)
  assert.equal(last.stream, 1)
  await Promise.all([closing, client.closed])
})

test('a connection that comes while the gateway leaves is told to go at once', async t => {
  let release = (): void => {}
  const v1 = await startUpstream(t, 'v1', (_incoming, response) => {
    release = () => response.end('v1')
    response.flushHeaders()
  })
  const gateway = await startHttp2Gateway(t, oneRoute({ v1: v1.url }))
  const held = await openFrames(t, gateway.port)
  held.write(requestFrames(1, requestFields()))
  await held.next(({ type }) => type === 'headers')
  // It is in, and its TLS handshake has yet to begin.
  const early = connect(gateway.port, '127.0.0.1')
  t.after(() => early.destroy())
  await once(early, 'connect')
  const closing = gateway.close()
  const late = await openFrames(t, gateway.port, undefined, { socket: early })
  await late.next(({ type }) => type === 'goaway')
  release()
  await Promise.all([closing, late.closed, held.closed])
})

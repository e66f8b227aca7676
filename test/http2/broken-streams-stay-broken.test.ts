import assert from 'node:assert/strict'
import { once } from 'node:events'
import { constants } from 'node:http2'
import type { Socket } from 'node:net'
import { test } from 'node:test'
import { flagFile, oneRoute } from '../support/gateway.ts'
import { startUpstream } from '../support/http.ts'
import { connectHttp2, startHttp2Gateway } from '../support/http2.ts'
import {
  endHeaders,
  endStream,
  errorOf,
  fieldBlock,
  frame,
  openFrames,
  requestFields,
  requestFrames,
} from '../support/http2-frames.ts'
import { startRawUpstream } from '../support/raw.ts'

const { NGHTTP2_CANCEL, NGHTTP2_INTERNAL_ERROR, NGHTTP2_NO_ERROR } = constants

test('B37: an answer whose upstream dies is reset, never ended', async t => {
  const beginnings = {
    'with a declared length': 'content-length: 10\r\n\r\nhalf',
    'in chunks': 'transfer-encoding: chunked\r\n\r\n4\r\nhalf\r\n',
    'before its first byte': 'content-length: 10\r\n\r\n',
  }
  for (const [what, beginning] of Object.entries(beginnings)) {
    const v1 = await startRawUpstream(t, socket => {
      socket.once('data', () => {
        socket.write(`HTTP/1.1 200 OK\r\n${beginning}`)
        setImmediate(() => socket.destroy())
      })
    })
    const gateway = await startHttp2Gateway(t, oneRoute({ v1: v1.url }))
    const client = await openFrames(t, gateway.port)
    // The second shows that the connection goes on.
    for (const stream of [1, 3]) {
      client.write(requestFrames(stream, requestFields()))
      const reset = await client.next(each => each.stream === stream && each.type === 'reset')
      assert.equal(errorOf(reset), NGHTTP2_INTERNAL_ERROR, what)
      const ended = client.frames.filter(({ flags }) => (flags & endStream) !== 0)
      assert.deepEqual(
        ended.filter(each => each.stream === stream),
        [],
        what,
      )
    }
  }
})

test('B36: a client that takes its request back ends the one upstream, which is not held against V2', async t => {
  const asked = Promise.withResolvers<Socket>()
  const v2 = await startRawUpstream(t, socket => {
    socket.once('data', () => asked.resolve(socket))
  })
  const gateway = await startHttp2Gateway(t, {
    ...oneRoute({ v1: v2.url, v2: v2.url, percent: 100 }),
    'flags/v2.json': flagFile('v2', 100),
  })
  const { session } = await connectHttp2(t, gateway)
  const stream = session.request({ ':authority': 'shop.test', 'x-user-id': 'u1' })
  stream.on('error', () => {})
  const upstream = await asked.promise
  const gone = once(upstream, 'close')
  stream.close(NGHTTP2_CANCEL)
  await gone
  const aborts = 'switchback_client_aborts_total{route="main",variant="v2"}'
  assert.equal(await gateway.metric(aborts), 1)
  const faults = await (await fetch(`${gateway.adminUrl}/metrics`)).text()
  assert.doesNotMatch(faults, /^switchback_upstream_faults_total\{/m)
})

test('half an upload never becomes a whole one, with whatever code it is taken back', async t => {
  for (const code of [NGHTTP2_NO_ERROR, NGHTTP2_CANCEL, NGHTTP2_INTERNAL_ERROR]) {
    for (const method of ['POST', 'HEAD']) {
      const begun = Promise.withResolvers<Socket>()
      const v1 = await startRawUpstream(t, socket => {
        socket.on('data', chunk => {
          if (String(chunk).includes('half')) begun.resolve(socket)
        })
      })
      const gateway = await startHttp2Gateway(t, oneRoute({ v1: v1.url }))
      const client = await openFrames(t, gateway.port)
      client.write(
        frame('headers', 1, fieldBlock(requestFields({ ':method': method })), endHeaders),
        frame('data', 1, Buffer.from('half')),
      )
      const upstream = await begun.promise
      const gone = once(upstream, 'close')
      client.write(frame('reset', 1, Buffer.from([0, 0, 0, code])))
      await gone
      assert.match(v1.received(), /\r\n4\r\nhalf\r\n$/, `no last chunk of a ${method} by ${code}`)
    }
  }
})

test('an answer that comes before the end of the upload arrives whole, and the upload is let go', async t => {
  const body = 'too much '.repeat(20_000)
  const v1 = await startUpstream(t, 'v1', (_incoming, response) => {
    response.writeHead(413, { connection: 'close' }).end(body)
  })
  const gateway = await startHttp2Gateway(t, oneRoute({ v1: v1.url }))
  const { session } = await connectHttp2(t, gateway)
  const stream = session.request({ ':authority': 'shop.test', ':method': 'POST' })
  stream.write('the first piece')
  const [head] = await once(stream, 'response')
  assert.equal(head[':status'], 413)
  let received = 0
  stream.on('data', chunk => {
    received += chunk.length
  })
  await once(stream, 'close')
  assert.equal(received, body.length)
  assert.equal(stream.rstCode, NGHTTP2_NO_ERROR)
})

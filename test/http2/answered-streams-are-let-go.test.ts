import assert from 'node:assert/strict'
import { constants } from 'node:http2'
import { type TestContext, test } from 'node:test'
import { freePort } from '../support/free-port.ts'
import { oneRoute, type TestGateway } from '../support/gateway.ts'
import { startUpstream } from '../support/http.ts'
import { connectHttp2, startHttp2Gateway } from '../support/http2.ts'
import {
  endHeaders,
  endStream,
  errorOf,
  type FrameClient,
  fieldBlock,
  frame,
  openFrames,
  requestFields,
  requestFrames,
} from '../support/http2-frames.ts'
import { createManualClock } from '../support/manual-clock.ts'

const { NGHTTP2_INTERNAL_ERROR, NGHTTP2_NO_ERROR } = constants

const limits = 'limits: { sendTimeoutMs: 3000 }'
const cors = 'cors: { origins: ["https://shop.test"], methods: [PUT] }'
const preflight: [string, string][] = [
  ['origin', 'https://shop.test'],
  ['access-control-request-method', 'PUT'],
]

async function noStreams(gateway: TestGateway): Promise<void> {
  while ((await gateway.metric('switchback_http2_streams')) > 0) {}
}

test('uploads that no upstream could take leave neither stream nor place behind', async t => {
  const v1 = `http://127.0.0.1:${await freePort()}`
  const policy = 'maxInFlight: 1'
  const gateway = await startHttp2Gateway(t, oneRoute({ v1, policy }))
  const { ask } = await connectHttp2(t, gateway)
  // More than is read at once, so some of it is still unread when the answer has left.
  const body = Buffer.alloc(50_000)
  for (let i = 0; i < 10; i++) {
    assert.equal((await ask({ ':method': 'POST' }, body)).status, 502)
    await noStreams(gateway)
  }
})

test('a refusal of which a client takes nothing is reset after sendTimeoutMs', async t => {
  const clock = createManualClock()
  const v1 = await startUpstream(t, 'v1')
  const gateway = await startHttp2Gateway(t, oneRoute({ v1: v1.url, path: '/a' }), limits, clock)
  const noWindow = Buffer.from([0, constants.NGHTTP2_SETTINGS_INITIAL_WINDOW_SIZE, 0, 0, 0, 0])
  const client = await openFrames(t, gateway.port, noWindow)
  client.write(requestFrames(1, requestFields({ ':path': '/nowhere' })))
  await client.next(({ type }) => type === 'headers')
  clock.advance(3000)
  assert.equal(await gateway.metric('switchback_http2_streams'), 1)
  clock.advance(1001)
  assert.equal(errorOf(await client.next(({ type }) => type === 'reset')), NGHTTP2_INTERNAL_ERROR)
  await noStreams(gateway)
})

/** What the client got for its first request, which it does not end: all of an answer, then NO_ERROR. */
async function assertLetGo(client: FrameClient, advance: () => void, what: string): Promise<void> {
  await client.next(({ type, flags }) => type === 'headers' && (flags & endStream) !== 0)
  advance()
  assert.equal(errorOf(await client.next(({ type }) => type === 'reset')), NGHTTP2_NO_ERROR, what)
}

async function unfinished(
  t: TestContext,
  port: number,
  ...fields: Parameters<typeof requestFields>
) {
  const client = await openFrames(t, port)
  client.write(frame('headers', 1, fieldBlock(requestFields(...fields)), endHeaders))
  return client
}

test('an answer without a body arrives whole before a request that does not end, which is let go', async t => {
  const clock = createManualClock()
  const v1 = await startUpstream(t, 'v1', (_incoming, response) => {
    response.writeHead(204).end()
  })
  const files = oneRoute({ v1: v1.url, path: '/a', policy: cors })
  const gateway = await startHttp2Gateway(t, files, limits, clock)
  const requests: Record<string, Parameters<typeof requestFields>> = {
    'a refused HEAD': [{ ':method': 'HEAD', ':path': '/nowhere' }],
    'a HEAD with its answer': [{ ':method': 'HEAD', ':path': '/a' }],
    'a 204': [{ ':method': 'PUT', ':path': '/a' }],
    'a preflight': [{ ':method': 'OPTIONS', ':path': '/a' }, preflight],
  }
  for (const [what, fields] of Object.entries(requests)) {
    const client = await unfinished(t, gateway.port, ...fields)
    await assertLetGo(client, () => clock.advance(1000), what)
  }
  await noStreams(gateway)
})

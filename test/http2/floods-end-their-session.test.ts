import assert from 'node:assert/strict'
import { constants } from 'node:http2'
import { type TestContext, test } from 'node:test'
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

const { NGHTTP2_CANCEL, NGHTTP2_ENHANCE_YOUR_CALM } = constants

/** Streams, or frames, of one attack. */
const many = 10_000
/** Written at once, as much as one read of the gateway's holds. */
const burst = 500

/** A gateway, somebody who uses it as one should, and what the attack costs. */
async function attacked(t: TestContext) {
  const v1 = await startUpstream(t, 'v1')
  const gateway = await startHttp2Gateway(t, oneRoute({ v1: v1.url }))
  const good = await connectHttp2(t, gateway)
  return { v1, gateway, good }
}

/** Writes what `piece` makes for each number, as fast as it is taken, until the connection is over. */
async function flood(client: FrameClient, piece: (turn: number) => Buffer): Promise<void> {
  for (let turn = 0; turn < many && !client.socket.destroyed; turn += burst) {
    client.write(...Array.from({ length: burst }, (_, at) => piece(turn + at)))
    await new Promise(resolve => setImmediate(resolve))
  }
  await client.closed
}

async function assertEnded(gateway: TestGateway, reason: string): Promise<void> {
  const ended = `switchback_http2_sessions_ended_total{reason="${reason}"}`
  while ((await gateway.metric(ended)) === 0) await new Promise(resolve => setImmediate(resolve))
}

const streamOf = (turn: number): number => 2 * turn + 1

test('rapid reset: who takes back thousands of requests is cut off, and nobody else notices', async t => {
  const { v1, gateway, good } = await attacked(t)
  const client = await openFrames(t, gateway.port)
  const attack = flood(client, turn =>
    Buffer.concat([
      requestFrames(streamOf(turn), requestFields()),
      frame('reset', streamOf(turn), Buffer.from([0, 0, 0, NGHTTP2_CANCEL])),
    ]),
  )
  const answers = await Promise.all(Array.from({ length: 50 }, () => good.ask({})))
  await attack
  assert.ok(answers.every(({ status }) => status === 200))
  await assertEnded(gateway, 'resets')
  assert.ok(v1.count() <= 50 + 2 * burst, `${v1.count()} requests went up`)
  assert.equal(await gateway.metric('switchback_http2_streams'), 0)
})

test('made you reset: who makes the gateway reset its streams is cut off as well', async t => {
  const { gateway, good } = await attacked(t)
  const tricks = {
    // A window that would grow by nothing, RFC 9113 section 6.9.
    'an empty window update': (stream: number) => frame('windowUpdate', stream, Buffer.alloc(4)),
    // More than there can be of it, section 6.9.1.
    'a window that overflows': (stream: number) =>
      frame('windowUpdate', stream, Buffer.from([0x7f, 0xff, 0xff, 0xff])),
  }
  for (const [what, trick] of Object.entries(tricks)) {
    const client = await openFrames(t, gateway.port)
    const head = (stream: number) =>
      frame('headers', stream, fieldBlock(requestFields({ ':method': 'POST' })), endHeaders)
    await flood(client, turn => Buffer.concat([head(streamOf(turn)), trick(streamOf(turn))]))
    assert.equal((await good.ask({})).status, 200, what)
    assert.equal(await gateway.metric('switchback_http2_streams'), 0, what)
  }
})

test('a field section without an end is not waited for', async t => {
  const { v1, gateway, good } = await attacked(t)
  const piece = fieldBlock([['x-more', 'x'.repeat(1000)]])
  const client = await openFrames(t, gateway.port)
  client.write(frame('headers', 1, fieldBlock(requestFields()), endStream))
  await flood(client, () => frame('continuation', 1, piece))
  await assertEnded(gateway, 'malformed')
  assert.equal((await good.ask({})).status, 200)
  assert.equal(v1.count(), 1)
})

test('thousands of PING or SETTINGS end their session', async t => {
  const { gateway, good } = await attacked(t)
  const floods = { ping: frame('ping', 0, Buffer.alloc(8)), settings: frame('settings', 0) }
  for (const [what, piece] of Object.entries(floods)) {
    const client = await openFrames(t, gateway.port)
    await flood(client, () => piece)
    assert.equal((await good.ask({})).status, 200, what)
  }
  const ended = 'switchback_http2_sessions_ended_total{reason="control-frames"}'
  while ((await gateway.metric(ended)) < 2) await new Promise(resolve => setImmediate(resolve))
  const told = gateway.logLines.filter(line => line.includes('"event":"http2-session-ended"'))
  assert.equal(told.length, 2)
})

test('empty DATA frames end their session', async t => {
  const { gateway, good } = await attacked(t)
  const client = await openFrames(t, gateway.port)
  client.write(frame('headers', 1, fieldBlock(requestFields({ ':method': 'POST' })), endHeaders))
  await flood(client, () => frame('data', 1))
  assert.equal((await good.ask({})).status, 200)
  await assertEnded(gateway, 'malformed')
})

test('a field table that unpacks to megabytes is not unpacked', async t => {
  const { gateway, good } = await attacked(t)
  const client = await openFrames(t, gateway.port)
  // Literal with incremental indexing, then the same entry by its index: 4,000 bytes for each byte.
  const entry = Buffer.concat([
    Buffer.from([0x40]),
    fieldBlock([['x-long', 'x'.repeat(3900)]]).subarray(1),
  ])
  const bomb = Buffer.concat([fieldBlock(requestFields()), entry, Buffer.alloc(10_000, 0xbe)])
  client.write(frame('headers', 1, bomb, endHeaders | endStream))
  const reset = await client.next(each => each.type === 'reset' || each.type === 'goaway')
  assert.equal(errorOf(reset), NGHTTP2_ENHANCE_YOUR_CALM)
  assert.equal((await good.ask({})).status, 200)
})

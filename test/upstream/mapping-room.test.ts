import assert from 'node:assert/strict'
import { type TestContext, test } from 'node:test'
import { systemClock } from '../../src/clock.ts'
import { Ledger } from '../../src/shadow/limits.ts'
import { dialTarget } from '../../src/upstream/dial-target.ts'
import { createHttp1Client } from '../../src/upstream/http1/client.ts'
import { createMappedClient } from '../../src/upstream/mapping/mapped-client.ts'
import { createMapping } from '../../src/upstream/mapping/mapping.ts'
import { createMappingThread } from '../../src/upstream/mapping/mapping-thread.ts'
import { startScriptedUpstream } from '../support/conversation.ts'
import { mappingConfig, mappingProgram } from './mapping-parts.ts'
import { record } from './recorded-exchange.ts'

/** A client with a mapping, of whose bodies there may be 1000 bytes in all and 800 in one. */
async function stage(t: TestContext, config: Parameters<typeof mappingConfig>[0]) {
  const upstream = await startScriptedUpstream(t)
  const mapper = createMappingThread({ program: mappingProgram, clock: systemClock })
  const room = new Ledger(1000)
  const reasons: string[] = []
  const clocks = { clock: systemClock, awake: systemClock }
  const options = { maxConnections: 4, keepAliveTimeoutMs: 60_000, maxHeaderBytes: 16_384 }
  const client = createMappedClient({
    client: createHttp1Client({ target: dialTarget(upstream.url), ...options, ...clocks }),
    mapping: createMapping(mappingConfig(config), 800),
    mapper: mapper.mapperFor('offers v2'),
    onFailed: ({ reason }) => void reasons.push(reason),
    room,
  })
  t.after(async () => {
    await client.close()
    mapper.close()
  })
  const asked = async () => {
    const conversation = await upstream.accept()
    await conversation.until('\r\n\r\n')
    return conversation
  }
  const taken = async (bytes: number) => {
    while (room.taken !== bytes) await new Promise(setImmediate)
  }
  return { client, room, reasons, asked, taken }
}

const head = (length: number) =>
  `HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: ${length}\r\n\r\n`
const half = `["${'x'.repeat(298)}`
const rest = `${'x'.repeat(298)}"]`
const post = {
  method: 'POST',
  headers: ['host', 'a', 'content-type', 'application/json'],
}

test('answers that are gathered take room, and one for which there is none is nobody’s fault', async t => {
  const { client, room, reasons, asked, taken } = await stage(t, { response: { body: '$' } })
  const first = record(client)
  const slow = await asked()
  slow.send(head(600) + half)
  await taken(300)
  const second = record(client)
  const other = await asked()
  other.send(head(750) + 'x'.repeat(750))
  const { fault, events } = await second.finished
  assert.deepEqual([fault, events, reasons], ['busy', ['fault'], ['no-room']])
  assert.equal(room.taken, 300)
  slow.send(rest)
  const { body } = await first.finished
  assert.equal(body, half + rest)
  assert.equal(room.taken, 0)
})

test('an answer over the limit of copies is nobody’s fault, said or found out', async t => {
  const { client, room, reasons, asked } = await stage(t, { response: { body: '$' } })
  const said = record(client)
  const one = await asked()
  one.send(head(801))
  assert.equal((await said.finished).fault, 'unmappable')
  const found = record(client)
  const two = await asked()
  two.send(`${head(0).replace(/content-length.*\r\n/, 'transfer-encoding: chunked\r\n')}`)
  for (let sent = 0; sent < 9; sent++) two.send(`64\r\n${'x'.repeat(100)}\r\n`)
  assert.equal((await found.finished).fault, 'unmappable')
  const grown = await stage(t, { response: { body: '[$, $]' } })
  const third = record(grown.client)
  const three = await grown.asked()
  three.send(head(600) + half + rest)
  assert.equal((await third.finished).fault, 'unmappable')
  assert.deepEqual([reasons, grown.reasons], [['too-large', 'too-large'], ['too-large']])
  assert.deepEqual([room.taken, grown.room.taken], [0, 0])
})

test('whatever ends an exchange gives the room back', async t => {
  const { client, room, asked, taken } = await stage(t, { response: { body: '$' } })
  const broken = record(client)
  const one = await asked()
  one.send(head(600) + half)
  await taken(300)
  one.socket.resetAndDestroy()
  assert.equal((await broken.finished).fault, 'reset')
  assert.equal(room.taken, 0)
  const left = record(client)
  const two = await asked()
  two.send(head(600) + half)
  await taken(300)
  left.exchange.abort()
  assert.equal((await left.finished).fault, 'aborted')
  assert.equal(room.taken, 0)
  const unread = record(client)
  const three = await asked()
  three.send(`${head(3)}[1}`)
  assert.equal((await unread.finished).fault, 'mapping-failed')
  assert.equal(room.taken, 0)
})

test('requests that are gathered take room, as does what they become', async t => {
  const { client, room, reasons, asked } = await stage(t, { request: { body: '$' } })
  const sent = record(client, { ...post, bodyLength: 600 })
  sent.exchange.write(Buffer.from(half))
  assert.equal(room.taken, 300)
  const crowded = record(client, { ...post, bodyLength: 750 })
  crowded.exchange.write(Buffer.alloc(750, 'x'))
  assert.equal((await crowded.finished).fault, 'busy')
  sent.exchange.write(Buffer.from(rest))
  sent.exchange.end()
  const upstream = await asked()
  await upstream.until(rest)
  assert.equal(room.taken, 600)
  upstream.send('HTTP/1.1 204 No\r\n\r\n')
  assert.equal((await sent.finished).status, 204)
  const left = record(client, { ...post, bodyLength: 600 })
  left.exchange.write(Buffer.from(half))
  left.exchange.abort()
  assert.equal((await left.finished).fault, 'aborted')
  assert.deepEqual([room.taken, reasons], [0, ['no-room']])
})

test('a request that became more than there is room for is nobody’s fault', async t => {
  const { client, room, reasons, taken } = await stage(t, { request: { body: '[$, 1]' } })
  const waiting = record(client, { ...post, bodyLength: 500 })
  waiting.exchange.write(Buffer.alloc(500, 'x'))
  const grown = record(client, { ...post, bodyLength: 498 })
  grown.exchange.write(Buffer.from(`"${'x'.repeat(496)}"`))
  grown.exchange.end()
  assert.equal((await grown.finished).fault, 'busy')
  assert.deepEqual(reasons, ['no-room'])
  await taken(500)
  waiting.exchange.abort()
  assert.equal(room.taken, 0)
})

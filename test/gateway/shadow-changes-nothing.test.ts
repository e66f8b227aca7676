import assert from 'node:assert/strict'
import type { Socket } from 'node:net'
import { test } from 'node:test'
import { request } from 'undici'
import { openRaw, startScriptedUpstream } from '../support/conversation.ts'
import { processWith, testProcess, upstreamClients } from '../support/gateway.ts'
import { createClient } from '../support/http.ts'
import { listenRaw, startRawUpstream } from '../support/raw.ts'
import { keptRequest, plainRequest } from '../support/requests.ts'
import { startShadowed } from './shadowed.ts'

const answer = JSON.stringify({ offers: 'x'.repeat(100_000) })
const head = 'HTTP/1.1 200 OK\r\ncontent-type: application/json\r\n'

interface Counts {
  readonly sent: number
  readonly failed: Readonly<Record<string, number>>
}

/** What a V2 does with each connection, and what its copies are counted as. */
const shadows: Readonly<Record<string, readonly [(socket: Socket) => void, Counts]>> = {
  hangs: [socket => socket.resume(), { sent: 0, failed: { timeout: 20 } }],
  resets: [
    socket => socket.once('data', () => socket.resetAndDestroy()),
    { sent: 0, failed: { reset: 20 } },
  ],
  'breaks off': [
    socket => socket.once('data', () => socket.end(`${head}content-length: 9\r\n\r\n{}`)),
    { sent: 0, failed: { reset: 20 } },
  ],
  drips: [
    socket => {
      socket.once('data', () => {
        socket.write(`${head}content-length: 50000\r\n\r\n`)
        const drip = setInterval(() => socket.write('x'), 10)
        socket.on('close', () => clearInterval(drip))
      })
    },
    { sent: 0, failed: { timeout: 20 } },
  ],
  'talks nonsense': [
    socket => socket.once('data', () => socket.write('SSH-2.0-OpenSSH\r\n\r\n')),
    { sent: 0, failed: { protocol: 20 } },
  ],
  'answers 50 MB': [
    socket =>
      socket.once('data', () => {
        socket.write(`${head}content-length: 52428800\r\n\r\n`)
        const more = () => {
          while (!socket.destroyed && socket.write(Buffer.alloc(65_536))) {}
        }
        socket.on('drain', more)
        more()
      }),
    { sent: 20, failed: {} },
  ],
  'streams events': [
    socket =>
      socket.once('data', () =>
        socket.write('HTTP/1.1 200 OK\r\ncontent-type: text/event-stream\r\n\r\ndata: 1\n\n'),
      ),
    { sent: 20, failed: {} },
  ],
}

const cases = upstreamClients.flatMap(client =>
  Object.entries(shadows).map(([what, [behave, counts]]) => ({ client, what, behave, counts })),
)

for (const { client, what, behave, counts } of cases) {
  test(`a V2 that ${what} changes no byte for clients, and holds no place for longer than it may (${client})`, async t => {
    const v2 = await listenRaw(t, behave)
    // What is to end by itself may take as long as a busy machine needs for it.
    const timeoutMs = 'timeout' in counts.failed ? 300 : 60_000
    const shadowed = await startShadowed(t, {
      shadow: `{ noise: 0%, methods: [POST], maxInFlight: 10, timeoutMs: ${timeoutMs} }`,
      v1: (_, response) => response.end(answer),
      v2Url: v2.url,
      process: processWith(client),
    })
    for (let round = 0; round < 2; round++) {
      const bodies = Array.from({ length: 10 }, async () => {
        const { statusCode, body } = await request(shadowed.url, {
          method: 'POST',
          body: answer.slice(0, 60_000),
        })
        assert.equal(statusCode, 200)
        return body.text()
      })
      for (const body of await Promise.all(bodies)) assert.equal(body, answer)
      await shadowed.settled()
    }
    const { shadow } = await shadowed.settled()
    assert.deepEqual(shadow, { eligible: 20, dropped: {}, ...counts })
    assert.equal(v2.sockets.size > 10, false)
  })
}

test('a V2 that refuses connections changes no byte for clients', async t => {
  const shadowed = await startShadowed(t, {
    v1: (_, response) => response.end(answer),
    v2Url: 'http://127.0.0.1:9',
  })
  const get = createClient(t)
  for (let n = 0; n < 5; n++) assert.equal((await get(shadowed.url)).body, answer)
  const { shadow } = await shadowed.settled()
  assert.deepEqual(shadow, {
    eligible: 5,
    sent: 0,
    dropped: {},
    failed: { 'connect-failed': 5 },
  })
})

test('nothing is copied before the answer to the client has begun', async t => {
  const v1 = await startScriptedUpstream(t)
  const v2 = await startScriptedUpstream(t)
  const shadowed = await startShadowed(t, { v1Url: v1.url, v2Url: v2.url })
  const client = openRaw(t, shadowed.port, plainRequest('/'))
  const asked = await v1.accept()
  await asked.until('\r\n\r\n')
  for (let turn = 0; turn < 20; turn++) await new Promise(setImmediate)
  assert.equal(v2.connections(), 0)
  asked.send('HTTP/1.1 200 OK\r\ncontent-length: 10\r\n\r\nhello')
  const copy = await v2.accept()
  await copy.until('\r\n\r\n')
  await client.until('hello')
  copy.send('HTTP/1.1 200 OK\r\ncontent-length: 0\r\n\r\n')
  asked.send('world')
  await client.ended()
  const { shadow } = await shadowed.settled()
  assert.equal(shadow.sent, 1)
})

test('a copy goes on when its client has left', async t => {
  const v2 = await startScriptedUpstream(t)
  const shadowed = await startShadowed(t, { v2Url: v2.url })
  const client = openRaw(t, shadowed.port, keptRequest('/'))
  await client.until('same')
  const copy = await v2.accept()
  client.socket.destroy()
  await copy.until('\r\n\r\n')
  copy.send('HTTP/1.1 200 OK\r\ncontent-length: 0\r\n\r\n')
  const { shadow } = await shadowed.settled()
  assert.deepEqual(shadow, { eligible: 1, sent: 1, dropped: {}, failed: {} })
})

test('a copy of a slow answer does not wait for its end for longer than it may', async t => {
  const v1 = await startScriptedUpstream(t)
  const shadowed = await startShadowed(t, {
    shadow: '{ noise: 0%, timeoutMs: 200 }',
    v1Url: v1.url,
  })
  const client = openRaw(t, shadowed.port, plainRequest('/'))
  const asked = await v1.accept()
  await asked.until('\r\n\r\n')
  asked.send('HTTP/1.1 200 OK\r\ncontent-length: 10\r\n\r\nhello')
  const { shadow, bytes } = await shadowed.settled()
  assert.deepEqual([shadow.sent, bytes], [1, 0])
  asked.send('world')
  assert.match(await client.ended(), /helloworld$/)
})

test('leaving waits for no copy', async t => {
  const v2 = await startRawUpstream(t, socket => socket.resume())
  const shadowed = await startShadowed(t, {
    shadow: '{ noise: 0%, timeoutMs: 600000 }',
    v2Url: v2.url,
    process: testProcess.replace('graceMs: 5000', 'graceMs: 600000'),
  })
  const get = createClient(t)
  await get(shadowed.url)
  while (v2.connections() === 0) await new Promise(setImmediate)
  await shadowed.close()
})

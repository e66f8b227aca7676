import assert from 'node:assert/strict'
import { createServer as createHttpServer, type RequestListener } from 'node:http'
import { createServer as createHttpsServer } from 'node:https'
import { type AddressInfo, createServer, type Server, type Socket } from 'node:net'
import { type TestContext, test } from 'node:test'
import { type Burst, type BurstResult, playBurst } from '../../bench/load-test/burst.ts'
import { openConnection } from '../../bench/load-test/connection.ts'
import { createPool, type Ending } from '../../bench/load-test/pool.ts'
import { makeCertificate } from '../support/certificates.ts'

const request = { path: '/', method: 'GET', headers: {}, body: '' }

async function listen(t: TestContext, server: Server): Promise<string> {
  const sockets = new Set<Socket>()
  server.on('connection', socket => {
    sockets.add(socket)
    socket.on('error', () => {})
  })
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))
  t.after(() => {
    server.close()
    for (const socket of sockets) socket.destroy()
  })
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`
}

function answering(t: TestContext, answer: RequestListener): Promise<string> {
  return listen(t, createHttpServer(answer))
}

function play(url: string, fields: Partial<Burst> = {}): Promise<BurstResult> {
  const burst = { url, requests: [request], timeoutMs: 20_000, connections: 8, ...fields }
  const paced = { perSecond: 100, durationMs: 200, ...burst }
  return playBurst(paced, {
    open: openConnection.bind(null, paced),
    now: () => performance.now(),
  })
}

test('as many requests are sent as are due, and each ends in one way', async t => {
  const asked: string[] = []
  const url = await answering(t, (incoming, response) => {
    asked.push(`${incoming.method} ${incoming.url} ${incoming.headers['x-user']}`)
    response.end('good')
  })
  const requests = ['a', 'b'].map(user => ({ ...request, headers: { 'x-user': user } }))
  const { due, good, failed, timesMs, elapsedMs } = await play(url, { requests, connections: 1 })
  assert.deepEqual([due, good, failed, timesMs.length], [20, 20, {}, 20])
  assert.ok(elapsedMs >= 200)
  assert.deepEqual(asked.slice(0, 3), ['GET / a', 'GET / b', 'GET / a'])
})

test('a body arrives whole, and answers of every length are read', async t => {
  const url = await answering(t, async (incoming, response) => {
    const chunks = await incoming.toArray()
    assert.equal(Buffer.concat(chunks).toString(), '{"a":"ü"}')
    if (incoming.url === '/none') response.writeHead(204).end()
    else if (incoming.url === '/chunks') response.write('1', () => response.end('2'))
    // Without a length: the answer ends with its connection.
    else incoming.socket.end('HTTP/1.1 200 OK\r\nconnection: close\r\n\r\ntext')
  })
  const requests = ['/none', '/chunks', '/close'].map(path => {
    return { path, method: 'POST', headers: {}, body: '{"a":"ü"}' }
  })
  const { good, failed } = await play(url, { requests, durationMs: 60, connections: 1 })
  assert.deepEqual([good, failed], [6, {}])
})

test('what is no good answer is counted by what it was, and the next request goes on', async t => {
  const odd: Record<string, (socket: Socket) => void> = {
    '/reset': socket => socket.resetAndDestroy(),
    '/closed': socket => socket.end(),
    '/cut': socket => socket.end('HTTP/1.1 200 OK\r\ncontent-length: 100\r\n\r\nonly'),
  }
  const url = await answering(t, (incoming, response) => {
    const path = incoming.url ?? ''
    const behave = odd[path]
    if (behave !== undefined) behave(incoming.socket)
    else response.writeHead(path === '/503' ? 503 : 200).end('text')
  })
  for (const [path, word] of [
    ['/503', '503'],
    ['/reset', 'ECONNRESET'],
    ['/closed', 'closed'],
    ['/cut', 'closed'],
  ] as const) {
    const requests = [{ ...request, path }]
    const { good, failed, timesMs } = await play(url, { requests, durationMs: 50 })
    assert.deepEqual([good, failed, timesMs], [0, { [word]: 5 }, []], path)
  }
  // Of one connection after the other: what one left behind is not held against the next.
  const pools = await play(url, { requests: [{ ...request, path: '/cut' }], connections: 1 })
  assert.deepEqual(pools.failed, { closed: 20 })
})

test('a server with a certificate that nobody knows is loaded like any other', async t => {
  const pair = await makeCertificate({ commonName: 'localhost' })
  const url = await listen(
    t,
    createHttpsServer(pair, (_, response) => response.end('good')),
  )
  const { good, failed } = await play(url.replace('http:', 'https:'), { durationMs: 50 })
  assert.deepEqual([good, failed], [5, {}])
})

test('where nobody listens each request is refused once', async t => {
  const server = createServer()
  const url = await listen(t, server)
  await new Promise(resolve => server.close(resolve))
  const { due, good, failed } = await play(url, { durationMs: 100 })
  assert.deepEqual([due, good, failed], [10, 0, { ECONNREFUSED: 10 }])
})

test('who never answers is out of time, with the time that it was waited for', async t => {
  const url = await answering(t, () => {})
  const hung = { durationMs: 30, connections: 2, timeoutMs: 50 }
  const { due, failed, timesMs } = await play(url, hung)
  assert.equal((failed.timeout ?? 0) + (failed['not-sent'] ?? 0), due)
  assert.equal(timesMs.length, due)
  assert.ok(timesMs.every(ms => ms >= 49))
})

test('without a pace connections always ask, and lose nothing', async t => {
  let asked = 0
  const url = await answering(t, (_, response) => {
    asked++
    response.end('good')
  })
  const { due, good } = await play(url, { perSecond: null, durationMs: 100, connections: 4 })
  assert.ok(due >= 4)
  assert.deepEqual([good, asked], [due, due])
})

test('a stall is in the time of every request that was due meanwhile', async () => {
  let time = 0
  const burst = { url: 'http://a', requests: [request], timeoutMs: 1000, connections: 4 }
  const { due, late, timesMs } = await playBurst(
    { ...burst, perSecond: 100, durationMs: 60 },
    {
      now: () => time,
      open: events => ({
        send() {
          // All stand still while the first is answered.
          time = 52
          events.answered(200, false)
        },
        close() {},
      }),
    },
  )
  // Those that were due at 10 to 40 ms count from then; the one of 50 is 2 ms late by the timer alone.
  assert.deepEqual(timesMs, [52, 42, 32, 22, 12, 0])
  assert.deepEqual([due, late], [6, 4])
})

test('what waits for a connection counts from when it was due', () => {
  const ended: [from: number, ending: Ending][] = []
  let answer = () => {}
  const sent: string[] = []
  const pool = createPool({
    connections: 1,
    now: () => 0,
    ended: (from, ending) => ended.push([from, ending]),
    open(events) {
      answer = () => events.answered(200, false)
      return { send: () => sent.push('sent'), close: () => {} }
    },
  })
  for (const from of [0, 10, 20]) pool.ask(from)
  assert.deepEqual([sent.length, pool.underWay], [1, 3])
  answer()
  answer()
  assert.deepEqual(ended, [
    [0, { status: 200 }],
    [10, { status: 200 }],
  ])
  pool.ask(30)
  pool.close()
  assert.deepEqual(ended.slice(2), [
    [20, { failed: 'timeout' }],
    [30, { failed: 'not-sent' }],
  ])
})

test('a connection that nobody needs is closed before its server does it', () => {
  let time = 0
  const opened: { answer: () => void; isClosed: boolean }[] = []
  const pool = createPool({
    connections: 9,
    now: () => time,
    ended: () => {},
    open(events) {
      const one = { answer: () => events.answered(200, false), isClosed: false }
      opened.push(one)
      return {
        send: () => {},
        close() {
          one.isClosed = true
        },
      }
    },
  })
  const closed = () => opened.map(({ isClosed }) => isClosed)
  for (let i = 0; i < 3; i++) pool.ask(0)
  for (const { answer } of opened) answer()
  time = 1999
  pool.ask(time)
  opened[2]?.answer()
  assert.deepEqual(closed(), [false, false, false])
  time = 2000
  pool.ask(time)
  opened[2]?.answer()
  assert.deepEqual(closed(), [true, true, false])
})

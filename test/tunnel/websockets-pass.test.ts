import assert from 'node:assert/strict'
import { once } from 'node:events'
import { createServer, type IncomingMessage } from 'node:http'
import { type TestContext, test } from 'node:test'
import WebSocket, { type ServerOptions, WebSocketServer } from 'ws'
import { listen, startGateway } from './gateway.ts'

/** A real WebSocket server behind the gateway, and one client connected through it. */
async function connected(
  t: TestContext,
  serverOptions: ServerOptions = {},
  protocols: string[] = [],
) {
  const server = createServer()
  const port = await listen(t, server)
  const sockets = new WebSocketServer({ server, ...serverOptions })
  const gateway = await startGateway(t, `http://127.0.0.1:${port}`)
  const arrived = once(sockets, 'connection') as Promise<[WebSocket, IncomingMessage]>
  const client = new WebSocket(`ws://127.0.0.1:${gateway.port}/socket?a=1`, protocols)
  const answered = once(client, 'upgrade') as Promise<[IncomingMessage]>
  await once(client, 'open')
  const [upstream, request] = await arrived
  const [answer] = await answered
  return { client, upstream, request, answer, gateway }
}

const message = async (socket: WebSocket) => {
  const [data, binary] = (await once(socket, 'message')) as [Buffer, boolean]
  return { data, binary }
}

test('all offered subprotocols reach the upstream and its choice reaches the client', async t => {
  let offered: string[] = []
  const { client, request, answer } = await connected(
    t,
    {
      handleProtocols: names => {
        offered = [...names]
        return 'v2.chat'
      },
    },
    ['v1.chat', 'v2.chat', 'v3.chat'],
  )
  assert.deepEqual(offered, ['v1.chat', 'v2.chat', 'v3.chat'])
  assert.equal(client.protocol, 'v2.chat')
  assert.equal(request.url, '/socket?a=1')
  assert.equal(answer.headers['x-request-id'], 'id-1')
})

test('an upstream that chooses no subprotocol chooses none for the client', async t => {
  const { client } = await connected(t, { handleProtocols: () => false })
  assert.equal(client.protocol, '')
})

test('permessage-deflate is negotiated and used end to end', async t => {
  const { client, upstream, gateway } = await connected(t, {
    perMessageDeflate: { threshold: 0 },
  })
  assert.match(client.extensions, /permessage-deflate/)
  assert.match(upstream.extensions, /permessage-deflate/)
  const text = 'again and '.repeat(20_000)
  const received = message(client)
  upstream.send(text)
  assert.equal((await received).data.toString(), text)
  const back = message(upstream)
  client.send(text)
  assert.equal((await back).data.toString(), text)
  client.close()
  const { end } = await gateway.reported('close')
  assert.ok(
    end.bytesDown < 5000 && end.bytesUp < 5000,
    `sent ${end.bytesDown} and ${end.bytesUp} bytes`,
  )
})

test('text and binary messages keep their kind and their bytes, both ways', async t => {
  const { client, upstream } = await connected(t)
  for (const [from, to] of [
    [client, upstream],
    [upstream, client],
  ] as const) {
    for (const [data, binary] of [
      ['grüße', false],
      ['', false],
      [Buffer.from([0, 255, 10, 13]), true],
      [Buffer.alloc(70_000, 7), true],
    ] as const) {
      const received = message(to)
      from.send(data, { binary })
      assert.deepEqual(await received, { data: Buffer.from(data), binary })
    }
  }
})

test('fragments of a message, and a ping between them, arrive whole', async t => {
  const { client, upstream } = await connected(t)
  const received = message(upstream)
  const pinged = once(upstream, 'ping')
  const ponged = once(client, 'pong')
  client.send('one ', { fin: false })
  client.ping('between')
  client.send('message', { fin: true })
  assert.equal((await received).data.toString(), 'one message')
  assert.equal(String((await pinged)[0]), 'between')
  assert.equal(String((await ponged)[0]), 'between')
})

for (const [code, reason] of [
  [1000, ''],
  [4000, 'too many tabs'],
  [1001, 'going away'],
] as const) {
  test(`close ${code} passes with its reason, from either side`, async t => {
    for (const side of ['client', 'upstream'] as const) {
      const ends = await connected(t)
      const other = side === 'client' ? ends.upstream : ends.client
      const heard = once(other, 'close')
      const echoed = once(ends[side], 'close')
      ends[side].close(code, reason)
      for (const [gotCode, gotReason] of [await heard, await echoed]) {
        assert.equal(gotCode, code)
        assert.equal(String(gotReason), reason)
      }
      const { end } = await ends.gateway.reported('close')
      assert.equal(end.code, code)
      assert.equal(end.by, side)
    }
  })
}

test('a client that dies is a broken connection for the upstream, and the other way round', async t => {
  for (const side of ['client', 'upstream'] as const) {
    const ends = await connected(t)
    const other = side === 'client' ? ends.upstream : ends.client
    const heard = once(other, 'close')
    ends[side].terminate()
    assert.equal((await heard)[0], 1006)
    const { end } = await ends.gateway.reported('close')
    assert.deepEqual({ code: end.code, by: end.by }, { code: 1006, by: side })
  }
})

test('1,000 tunnels echo at once and every byte is counted', async t => {
  const server = createServer()
  const port = await listen(t, server)
  const sockets = new WebSocketServer({ server })
  sockets.on('connection', socket => {
    socket.on('message', (data, binary) => socket.send(data, { binary }))
  })
  const gateway = await startGateway(t, `http://127.0.0.1:${port}`)
  const echo = async (index: number) => {
    const client = new WebSocket(`ws://127.0.0.1:${gateway.port}/`)
    await once(client, 'open')
    const received = message(client)
    client.send(`number ${String(index).padStart(4, '0')}`)
    const text = (await received).data.toString()
    return { client, text }
  }
  const echoes = await Promise.all(Array.from({ length: 1000 }, (_, index) => echo(index)))
  assert.equal(new Set(echoes.map(one => one.text)).size, 1000)
  assert.equal(gateway.tunnels.length, 1000)
  for (const { client } of echoes) client.close(1000)
  await Promise.all(gateway.tunnels.map(tunnel => tunnel.closed))
  const ends = gateway.reports.flatMap(entry => (entry.event === 'close' ? [entry.end] : []))
  // A masked 11-byte message is 17 bytes and a masked Close 8; without masks 13 and 4.
  assert.deepEqual(
    new Set(ends.map(end => `${end.code} ${end.bytesUp} ${end.bytesDown}`)),
    new Set(['1000 25 17']),
  )
  assert.equal(ends.length, 1000)
})

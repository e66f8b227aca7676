import assert from 'node:assert/strict'
import { once } from 'node:events'
import { test } from 'node:test'
import type { UpstreamFault } from '../../src/upstream/client.ts'
import {
  accept,
  answer,
  collect,
  frame,
  maskedFrame,
  rawClient,
  startGateway,
  startRawUpstream,
  validAnswer,
} from './gateway.ts'

test('the upstream gets the request as sent, on a connection of its own', async t => {
  const heads: string[] = []
  const origin = await startRawUpstream(t, async socket => {
    heads.push((await collect(socket).until('\r\n\r\n')).toString('latin1'))
    socket.write(validAnswer)
  })
  const gateway = await startGateway(t, origin)
  for (let i = 0; i < 2; i++) {
    const { socket, received } = rawClient(t, gateway.port, 'X-Name: gr\xfc\xdfe\r\n')
    await received.until('\r\n\r\n')
    socket.destroy()
  }
  assert.equal(heads.length, 2)
  for (const head of heads) {
    const lines = head.split('\r\n')
    assert.equal(lines[0], 'GET /socket?a=1 HTTP/1.1')
    assert.deepEqual(
      lines.filter(line => /^(host|connection|upgrade|sec-websocket-key):/.test(line)),
      [
        'host: api.example.com',
        'sec-websocket-key: dGhlIHNhbXBsZSBub25jZQ==',
        'connection: Upgrade',
        'upgrade: websocket',
      ],
    )
  }
})

test('the 101 carries end-to-end headers and the added ones, without hop-by-hop ones', async t => {
  const origin = await startRawUpstream(t, async socket => {
    await collect(socket).until('\r\n\r\n')
    socket.write(
      answer(
        '101 Switching Protocols',
        'upgrade: WebSocket',
        'connection: keep-alive, Upgrade, x-secret',
        `sec-websocket-accept: ${accept}`,
        'keep-alive: timeout=5',
        'x-secret: 1',
        'x-request-id: upstream',
        'content-length: 0',
        'set-cookie: a=1',
        'set-cookie: b=2',
      ),
    )
  })
  const gateway = await startGateway(t, origin, {
    responseHeaders: ['x-request-id', 'id-1', 'set-cookie', 'sb_sid=9'],
  })
  const { received } = rawClient(t, gateway.port)
  const text = (await received.until('\r\n\r\n')).toString('latin1')
  assert.deepEqual(text.trimEnd().split('\r\n').sort(), [
    'HTTP/1.1 101 Switching Protocols',
    'connection: Upgrade',
    `sec-websocket-accept: ${accept}`,
    'set-cookie: a=1',
    'set-cookie: b=2',
    'set-cookie: sb_sid=9',
    'upgrade: websocket',
    'x-request-id: id-1',
  ])
})

test('early bytes arrive behind the handshake in order, from both sides', async t => {
  const sent = Buffer.concat([maskedFrame(1, 'early'), maskedFrame(1, 'bird')])
  const upstreamGot: Promise<Buffer>[] = []
  const origin = await startRawUpstream(t, async socket => {
    const received = collect(socket)
    const head = await received.until('\r\n\r\n')
    const headLength = head.indexOf('\r\n\r\n') + 4
    assert.equal(head.length, headLength, 'bytes reached the upstream before its 101')
    socket.write(Buffer.concat([Buffer.from(validAnswer), frame(1, 'hello')]))
    upstreamGot.push(
      received.length(headLength + sent.length).then(all => all.subarray(headLength)),
    )
  })
  const gateway = await startGateway(t, origin)
  const { received } = rawClient(t, gateway.port, '', sent)
  await received.until(frame(1, 'hello'))
  assert.deepEqual(await upstreamGot[0], sent)
})

test('an interim answer is passed over, and a 101 in single bytes is understood', async t => {
  const origin = await startRawUpstream(t, async socket => {
    await collect(socket).until('\r\n\r\n')
    socket.setNoDelay(true)
    for (const byte of Buffer.from(answer('103 Early Hints', 'link: </a>') + validAnswer)) {
      socket.write(Buffer.from([byte]))
    }
  })
  const gateway = await startGateway(t, origin)
  const { received } = rawClient(t, gateway.port)
  assert.match((await received.until('\r\n\r\n')).toString(), /^HTTP\/1.1 101 /)
})

const good = ['upgrade: websocket', 'connection: upgrade', `sec-websocket-accept: ${accept}`]
const switching = '101 Switching Protocols'
const invalid: [name: string, upstreamAnswer: string, offer?: string][] = [
  ['a wrong accept', answer(switching, ...good.slice(0, 2), 'sec-websocket-accept: AAAA')],
  ['no accept', answer(switching, ...good.slice(0, 2))],
  ['two accepts', answer(switching, ...good, `sec-websocket-accept: ${accept}`)],
  ['no upgrade', answer(switching, ...good.slice(1))],
  ['an upgrade to h2c', answer(switching, 'upgrade: h2c', ...good.slice(1))],
  [
    'no connection: upgrade',
    answer(switching, good[0] as string, 'connection: close', good[2] as string),
  ],
  [
    'a subprotocol though none was offered',
    answer(switching, ...good, 'sec-websocket-protocol: chat'),
  ],
  [
    'a subprotocol that was not offered',
    answer(switching, ...good, 'sec-websocket-protocol: chat'),
    'Sec-WebSocket-Protocol: Chat, v2.chat\r\n',
  ],
  [
    'two subprotocols',
    answer(switching, ...good, 'sec-websocket-protocol: a', 'sec-websocket-protocol: b'),
    'Sec-WebSocket-Protocol: a, b\r\n',
  ],
  [
    'an extension that was not offered',
    answer(switching, ...good, 'sec-websocket-extensions: permessage-deflate'),
    'Sec-WebSocket-Extensions: x-a; b="c, permessage-deflate, d"\r\n',
  ],
  ['HTTP/1.0', answer(switching, ...good).replace('HTTP/1.1', 'HTTP/1.0')],
  ['a folded header', answer(switching, ...good, 'x-a: 1', ' 2')],
  ['a bare LF', answer(switching, ...good).replaceAll('\r\n', '\n')],
  [
    'content-length beside chunked',
    answer('200 OK', 'content-length: 1', 'transfer-encoding: chunked'),
  ],
  ['a head over the limit', answer('200 OK', `x-a: ${'a'.repeat(20_000)}`)],
  ['interim answers without end', answer('103 Early Hints', `x-a: ${'a'.repeat(900)}`).repeat(20)],
  ['something that is not HTTP', 'SSH-2.0-OpenSSH_9.2\r\n\r\n'],
]

for (const [name, upstreamAnswer, offer] of invalid) {
  test(`an answer with ${name} is a protocol fault and not a byte reaches the client`, async t => {
    const closed = Promise.withResolvers<void>()
    const origin = await startRawUpstream(t, async socket => {
      socket.on('close', () => closed.resolve())
      await collect(socket).until('\r\n\r\n')
      socket.write(upstreamAnswer)
      if (name === 'a bare LF') socket.end()
    })
    const gateway = await startGateway(t, origin)
    const { received } = rawClient(t, gateway.port, offer)
    const { fault } = await gateway.reported('fault')
    // Without its empty line a head of bare LFs never ends, so the upstream's end tells.
    assert.equal(fault, name === 'a bare LF' ? 'reset' : 'protocol')
    assert.match((await received.all()).toString(), /^HTTP\/1.1 502 Bad Gateway\r\n/)
    await closed.promise
  })
}

const faults: [name: string, fault: UpstreamFault, onRequest: 'hang' | 'end' | 'half' | 'reset'][] =
  [
    ['never answers', 'headers-timeout', 'hang'],
    ['closes instead of an answer', 'reset', 'end'],
    ['closes within its head', 'reset', 'half'],
    ['resets the connection', 'reset', 'reset'],
  ]

for (const [name, fault, onRequest] of faults) {
  test(`an upstream that ${name} is the fault ${fault}`, async t => {
    const origin = await startRawUpstream(t, async socket => {
      await collect(socket).until('\r\n\r\n')
      if (onRequest === 'end') socket.end()
      if (onRequest === 'half') socket.end(validAnswer.slice(0, 40))
      if (onRequest === 'reset') socket.resetAndDestroy()
    })
    const gateway = await startGateway(t, origin, { upstream: { headersTimeoutMs: 50 } })
    const { received } = rawClient(t, gateway.port)
    assert.equal((await gateway.reported('fault')).fault, fault)
    assert.match((await received.all()).toString(), /^HTTP\/1.1 502 /)
  })
}

test('an upstream that is not there is the fault connect-failed', async t => {
  const origin = await startRawUpstream(t, () => {})
  const gateway = await startGateway(t, origin.replace(/\d+$/, '1'))
  rawClient(t, gateway.port)
  assert.equal((await gateway.reported('fault')).fault, 'connect-failed')
})

test('a client that goes away during the handshake takes the upstream connection with it', async t => {
  for (const leave of ['end', 'resetAndDestroy'] as const) {
    const asked = Promise.withResolvers<void>()
    const closed = Promise.withResolvers<void>()
    const origin = await startRawUpstream(t, async socket => {
      socket.on('close', () => closed.resolve())
      await collect(socket).until('\r\n\r\n')
      asked.resolve()
    })
    const gateway = await startGateway(t, origin)
    const { socket } = rawClient(t, gateway.port)
    await asked.promise
    socket[leave]()
    await closed.promise
    assert.equal((await gateway.reported('fault')).fault, 'aborted')
  }
})

test('close during the handshake gives it up', async t => {
  const asked = Promise.withResolvers<void>()
  const origin = await startRawUpstream(t, async socket => {
    await collect(socket).until('\r\n\r\n')
    asked.resolve()
    await once(socket, 'close')
  })
  const gateway = await startGateway(t, origin)
  rawClient(t, gateway.port)
  await asked.promise
  gateway.tunnels[0]?.close(1001, 'going away')
  await gateway.tunnels[0]?.closed
  assert.equal((await gateway.reported('fault')).fault, 'aborted')
})

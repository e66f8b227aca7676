import assert from 'node:assert/strict'
import { test } from 'node:test'
import {
  answer,
  collect,
  maskedFrame,
  rawClient,
  startGateway,
  startRawUpstream,
} from './gateway.ts'

const refusals: [name: string, upstream: string, body: string, framing: string][] = [
  ['200', `${answer('200 OK', 'content-length: 5')}hello`, 'hello', 'content-length: 5'],
  ['302', answer('302 Found', 'location: /login', 'content-length: 0'), '', 'content-length: 0'],
  [
    '403',
    answer('403 Forbidden', 'transfer-encoding: chunked') +
      '3;x=y\r\nno \r\n3\r\nway\r\n0\r\nt: 1\r\n\r\n',
    '6\r\nno way\r\n0\r\n\r\n',
    'transfer-encoding: chunked',
  ],
  ['500', `${answer('500 Oops', 'content-length: 2')}{}`, '{}', 'content-length: 2'],
]

for (const [status, upstreamAnswer, body, framing] of refusals) {
  test(`an answer of ${status} to the upgrade is an ordinary answer and makes no tunnel`, async t => {
    const afterwards: Buffer[] = []
    const closed = Promise.withResolvers<void>()
    const origin = await startRawUpstream(t, async socket => {
      socket.on('close', () => closed.resolve())
      await collect(socket).until('\r\n\r\n')
      socket.on('data', (chunk: Buffer) => afterwards.push(chunk))
      // What comes behind the answer must not reach the client.
      socket.write(`${upstreamAnswer}SMUGGLED`, 'latin1')
    })
    const gateway = await startGateway(t, origin)
    const { received } = rawClient(t, gateway.port, '', maskedFrame(1, 'early'))
    const text = (await received.all()).toString('latin1')
    const [head, got] = [
      text.slice(0, text.indexOf('\r\n\r\n')),
      text.slice(text.indexOf('\r\n\r\n') + 4),
    ]
    assert.ok(head.startsWith(`HTTP/1.1 ${status} `), head)
    assert.match(head, /^connection: close$/m)
    assert.match(head, /^x-request-id: id-1$/m)
    assert.ok(head.includes(framing), head)
    if (status === '302') assert.match(head, /^location: \/login$/m)
    assert.equal(got, body)
    await closed.promise
    assert.deepEqual(afterwards, [], 'early bytes reached an upstream that made no tunnel')
    assert.deepEqual(
      gateway.reports.map(entry => entry.event),
      ['refused', 'refusal-end'],
    )
  })
}

test('a body that ends with the connection is passed as chunks', async t => {
  const origin = await startRawUpstream(t, async socket => {
    await collect(socket).until('\r\n\r\n')
    socket.end(`${answer('503 Busy')}later`)
  })
  const gateway = await startGateway(t, origin)
  const { received } = rawClient(t, gateway.port)
  assert.match((await received.all()).toString(), /\r\n\r\n5\r\nlater\r\n0\r\n\r\n$/)
})

test('a refusal whose body breaks off breaks off for the client', async t => {
  const origin = await startRawUpstream(t, async socket => {
    await collect(socket).until('\r\n\r\n')
    socket.end(`${answer('403 Forbidden', 'transfer-encoding: chunked')}5\r\nhel`)
  })
  const gateway = await startGateway(t, origin)
  const { received } = rawClient(t, gateway.port)
  const text = (await received.all()).toString()
  assert.doesNotMatch(text, /0\r\n\r\n$/)
  const { end } = await gateway.reported('refusal-end')
  assert.deepEqual(end, { fault: 'reset', bytesDown: 3 })
})

test('an answer without a body carries no framing', async t => {
  const origin = await startRawUpstream(t, async socket => {
    await collect(socket).until('\r\n\r\n')
    socket.write(answer('204 No Content'))
  })
  const gateway = await startGateway(t, origin)
  const { received } = rawClient(t, gateway.port)
  const text = (await received.all()).toString()
  assert.match(text, /\r\n\r\n$/)
  assert.doesNotMatch(text, /transfer-encoding|content-length/)
})

test('a refusal whose body stands still is broken off', async t => {
  const origin = await startRawUpstream(t, async socket => {
    await collect(socket).until('\r\n\r\n')
    socket.write(`${answer('403 Forbidden', 'content-length: 5')}hel`)
  })
  const gateway = await startGateway(t, origin, { upstream: { headersTimeoutMs: 50 } })
  const { received } = rawClient(t, gateway.port)
  assert.match((await received.all()).toString(), /\r\n\r\nhel$/)
  assert.deepEqual((await gateway.reported('refusal-end')).end, {
    fault: 'body-timeout',
    bytesDown: 3,
  })
})

test('a client that leaves during a refusal ends the upstream connection', async t => {
  const closed = Promise.withResolvers<void>()
  const origin = await startRawUpstream(t, async socket => {
    socket.on('close', () => closed.resolve())
    await collect(socket).until('\r\n\r\n')
    socket.write(`${answer('403 Forbidden', 'content-length: 5')}hel`)
  })
  const gateway = await startGateway(t, origin)
  const { socket, received } = rawClient(t, gateway.port)
  await received.until('hel')
  socket.resetAndDestroy()
  await closed.promise
  assert.equal((await gateway.reported('refusal-end')).end.fault, 'aborted')
})

test('a large refusal waits for a client that does not read', async t => {
  const body = Buffer.alloc(16 << 20, 1)
  let written = false
  const origin = await startRawUpstream(t, async socket => {
    await collect(socket).until('\r\n\r\n')
    socket.write(answer('403 Forbidden', `content-length: ${body.length}`))
    socket.write(body, error => {
      written = !error
    })
  })
  // The refusal is given up as stalled, and by then the upstream has not got rid of its body.
  const gateway = await startGateway(t, origin, { upstream: { headersTimeoutMs: 100 } })
  const { socket } = rawClient(t, gateway.port)
  socket.pause()
  const { end } = await gateway.reported('refusal-end')
  assert.equal(end.fault, 'body-timeout')
  assert.equal(written, false)
})

for (const [name, ends, closeTimeoutMs] of [
  ['is let go as soon as it has ended its side', true, 60_000],
  ['is cut in the end if it never does', false, 30],
] as const) {
  test(`after a refusal the client ${name}`, { timeout: 10_000 }, async t => {
    const origin = await startRawUpstream(t, async socket => {
      await collect(socket).until('\r\n\r\n')
      socket.write(answer('403 Forbidden', 'content-length: 0'))
    })
    const gateway = await startGateway(t, origin, { closeTimeoutMs })
    const { socket, received } = rawClient(t, gateway.port, '', maskedFrame(1, 'early'))
    socket.allowHalfOpen = true
    await gateway.reported('refused')
    const released = new Promise(resolve => gateway.clients[0]?.on('close', resolve))
    await received.all()
    if (ends) socket.end(maskedFrame(1, 'late'))
    await released
  })
}

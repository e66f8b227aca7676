import assert from 'node:assert/strict'
import { once } from 'node:events'
import { test } from 'node:test'
import { oneRoute } from '../support/gateway.ts'
import { startUpstream } from '../support/http.ts'
import { connectHttp2, startHttp2Gateway } from '../support/http2.ts'
import {
  endStream,
  openFrames,
  requestFields,
  requestFrames,
  statusOf,
} from '../support/http2-frames.ts'
import { startRawUpstream } from '../support/raw.ts'

test('answers without a body end with their head, and say what length they would have', async t => {
  const v1 = await startUpstream(t, 'v1', (incoming, response) => {
    const status = Number(incoming.url?.slice(1))
    response.writeHead(status, status === 204 ? {} : { 'content-length': '5' })
    response.end(incoming.method === 'HEAD' || status !== 200 ? undefined : 'hello')
  })
  const gateway = await startHttp2Gateway(t, oneRoute({ v1: v1.url }))
  const { ask } = await connectHttp2(t, gateway)
  const head = await ask({ ':method': 'HEAD', ':path': '/200' })
  assert.deepEqual([head.status, head.headers['content-length'], head.body], [200, '5', ''])
  const none = await ask({ ':path': '/204' })
  assert.deepEqual([none.status, none.body, none.resetBy], [204, '', 0])
  const same = await ask({ ':path': '/304' })
  assert.deepEqual([same.status, same.headers['content-length'], same.resetBy], [304, '5', 0])
  const whole = await ask({ ':path': '/200' })
  assert.deepEqual([whole.status, whole.body], [200, 'hello'])
})

test('B8: what an upstream says of its connection does not reach a client over HTTP/2', async t => {
  const answer = [
    'HTTP/1.1 200 OK',
    'connection: keep-alive, x-hop',
    'keep-alive: timeout=5',
    'proxy-connection: close',
    'upgrade: h2c',
    'http2-settings: AAMAAABk',
    'te: gzip',
    'trailer: x-late',
    'x-hop: 1',
    'x-stays: caf\xe9',
    'age: 1',
    'age: 2',
    'set-cookie: a=1',
    'set-cookie: b=2',
    'transfer-encoding: chunked',
  ].join('\r\n')
  const v1 = await startRawUpstream(t, socket => {
    socket.on('data', () => {
      socket.write(Buffer.from(`${answer}\r\n\r\n2\r\nok\r\n0\r\nx-late: 1\r\n\r\n`, 'latin1'))
    })
  })
  const gateway = await startHttp2Gateway(t, oneRoute({ v1: v1.url }))
  const { session } = await connectHttp2(t, gateway)
  const stream = session.request({ ':authority': 'shop.test' })
  let trailers: unknown = null
  stream.on('trailers', received => {
    trailers = received
  })
  const [, , fields] = (await once(stream, 'response')) as unknown as [unknown, unknown, string[]]
  stream.resume()
  await once(stream, 'close')
  const pairs = Array.from({ length: fields.length / 2 }, (_, at) =>
    fields.slice(2 * at, 2 * at + 2),
  )
  const kept = pairs.filter(([name]) => !['date', 'x-request-id'].includes(String(name)))
  assert.deepEqual(kept, [
    [':status', '200'],
    ['x-stays', 'caf\xe9'],
    ['age', '1'],
    ['age', '2'],
    ['set-cookie', 'a=1'],
    ['set-cookie', 'b=2'],
  ])
  assert.equal(trailers, null)
})

test('a head that is long, or has many fields, arrives as far as maxHeaderBytes allows it', async t => {
  for (const [count, size] of [
    [1000, 50],
    [100, 2000],
  ] as const) {
    const fields = Array.from({ length: count }, (_, at) => `x-${at}: ${'y'.repeat(size)}\r\n`)
    const answer = `HTTP/1.1 200 OK\r\ncontent-length: 2\r\n${fields.join('')}\r\nok`
    const v1 = await startRawUpstream(t, socket => socket.once('data', () => socket.write(answer)))
    const more = 'upstream: { maxHeaderBytes: 262144 }'
    const gateway = await startHttp2Gateway(t, oneRoute({ v1: v1.url }), more)
    const client = await openFrames(t, gateway.port)
    client.write(requestFrames(1, requestFields()))
    const head = await client.next(each => each.stream === 1)
    assert.deepEqual([head.type, statusOf(head)], ['headers', 200])
    await client.next(({ type, flags }) => type === 'data' && (flags & endStream) !== 0)
  }
})

test('B21, B22: 100 (Continue) comes once the doors are passed, and interim answers are dropped', async t => {
  const v1 = await startUpstream(t, 'v1', (incoming, response) => {
    response.writeEarlyHints({ link: '</style.css>; rel=preload' })
    incoming.pipe(response)
  })
  const gateway = await startHttp2Gateway(t, oneRoute({ v1: v1.url }))
  const { session, ask } = await connectHttp2(t, gateway)
  const stream = session.request({
    ':authority': 'shop.test',
    ':method': 'POST',
    expect: '100-continue',
  })
  const interim: unknown[] = []
  stream.on('headers', head => interim.push(head[':status']))
  await once(stream, 'continue')
  stream.end('hello')
  const [head] = await once(stream, 'response')
  assert.equal(head[':status'], 200)
  const [body] = await once(stream.setEncoding('utf8'), 'data')
  assert.equal(body, 'hello')
  assert.deepEqual(interim, [100])
  const other = await ask({ ':method': 'POST', expect: 'a-miracle' }, 'hello')
  assert.equal(other.status, 417)
  const nowhere = await ask({ ':method': 'POST', ':path': '/..', expect: '100-continue' }, 'hello')
  assert.equal(nowhere.status, 400)
})

test('an upstream that takes its time sends its head and each piece as they come', async t => {
  let goOn = (): void => {}
  const v1 = await startUpstream(t, 'v1', (_incoming, response) => {
    response.writeHead(200, { 'content-type': 'text/event-stream' })
    response.flushHeaders()
    goOn = () => response.write('data: 1\n\n')
  })
  const gateway = await startHttp2Gateway(t, oneRoute({ v1: v1.url }))
  const { session } = await connectHttp2(t, gateway)
  const stream = session.request({ ':authority': 'shop.test' })
  await once(stream, 'response')
  goOn()
  const [event] = await once(stream.setEncoding('utf8'), 'data')
  assert.equal(event, 'data: 1\n\n')
  stream.close()
})

test('many requests at once on one connection each get their own answer', async t => {
  const v1 = await startUpstream(t, 'v1', (incoming, response) => {
    const turn = Number(incoming.url?.slice(1))
    setImmediate(() => response.end(`${turn}:${'x'.repeat(turn * 1000)}`))
  })
  const gateway = await startHttp2Gateway(t, oneRoute({ v1: v1.url }))
  const { ask } = await connectHttp2(t, gateway)
  const turns = Array.from({ length: 90 }, (_, turn) => turn)
  const answers = await Promise.all(turns.map(turn => ask({ ':path': `/${turn}` })))
  for (const [turn, { body }] of answers.entries()) {
    assert.equal(body, `${turn}:${'x'.repeat(turn * 1000)}`)
  }
})

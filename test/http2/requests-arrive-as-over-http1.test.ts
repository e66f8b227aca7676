import assert from 'node:assert/strict'
import { test } from 'node:test'
import { oneRoute } from '../support/gateway.ts'
import { startUpstream } from '../support/http.ts'
import { connectHttp2, startHttp2Gateway } from '../support/http2.ts'
import { startRawUpstream } from '../support/raw.ts'

test('B16: a request over HTTP/2 goes up as one of HTTP/1.1 and its answer comes down', async t => {
  const v1 = await startRawUpstream(t)
  const gateway = await startHttp2Gateway(t, oneRoute({ v1: v1.url }))
  const { ask } = await connectHttp2(t, gateway)
  const answer = await ask({ ':path': '/a?b=c', 'x-some': 'thing', cookie: ['a=1', 'b=2'] })
  assert.equal(answer.status, 200)
  assert.equal(answer.body, 'ok')
  assert.equal(answer.headers['content-length'], '2')
  assert.equal(typeof answer.headers.date, 'string')
  assert.equal(answer.headers.connection, undefined)
  assert.match(String(answer.headers['x-request-id']), /^[0-9a-f]{32}$/)
  const [line = '', ...lines] = v1.received().split('\r\n')
  assert.equal(line, 'GET /a?b=c HTTP/1.1')
  const sorted = lines.filter(each => !/^(x-request-id|$)/.test(each)).sort()
  assert.deepEqual(sorted, [
    'cookie: a=1; b=2',
    'host: shop.test',
    'via: 2.0 switchback',
    'x-forwarded-for: 127.0.0.1',
    'x-forwarded-host: shop.test',
    'x-forwarded-proto: https',
    'x-some: thing',
  ])
})

test('B15: bodies arrive exactly, with and without a declared length, up and down', async t => {
  const v1 = await startUpstream(t, 'v1', (incoming, response) => {
    response.setHeader('x-length', incoming.headers['content-length'] ?? 'none')
    response.setHeader('x-coding', incoming.headers['transfer-encoding'] ?? 'none')
    incoming.pipe(response)
  })
  const gateway = await startHttp2Gateway(t, oneRoute({ v1: v1.url }))
  const { ask } = await connectHttp2(t, gateway)
  const body = Buffer.alloc(300_000, 'abcdefghij\0\xff\r\n', 'latin1')
  for (const method of ['POST', 'PUT', 'DELETE', 'OPTIONS', 'GET']) {
    const declared = await ask({ ':method': method, 'content-length': body.length }, body)
    assert.equal(declared.headers['x-length'], String(body.length), method)
    assert.equal(declared.body, body.toString('latin1'), method)
    const open = await ask({ ':method': method }, body)
    assert.equal(open.headers['x-coding'], 'chunked', method)
    assert.equal(open.body, body.toString('latin1'), method)
    assert.equal(open.resetBy, 0)
  }
})

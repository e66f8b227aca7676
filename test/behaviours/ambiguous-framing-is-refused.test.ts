import assert from 'node:assert/strict'
import { test } from 'node:test'
import { openRaw, startScriptedUpstream } from '../support/conversation.ts'
import { oneRoute, startGateway } from '../support/gateway.ts'
import { sendRaw, startRawUpstream } from '../support/raw.ts'
import { assertNothingArrived, assertRefused, bothWays } from '../support/requests.ts'

const post = 'POST / HTTP/1.1\r\nHost: api.example.com\r\n'
const get = 'GET / HTTP/1.1\r\nHost: api.example.com\r\n'
const body = '5\r\nhello\r\n0\r\n\r\n'
/** What a smuggler hides behind the ambiguous request. */
const hidden = 'GET /hidden HTTP/1.1\r\nHost: api.example.com\r\n\r\n'

const lengths = {
  'Content-Length and Transfer-Encoding': `${post}Content-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n${body}`,
  'Transfer-Encoding and Content-Length': `${post}Transfer-Encoding: chunked\r\nContent-Length: 0\r\n\r\n${body}`,
  'two Content-Length': `${post}Content-Length: 5\r\nContent-Length: 6\r\n\r\nhello`,
  'two equal Content-Length': `${post}Content-Length: 5\r\nContent-Length: 5\r\n\r\nhello`,
  'a list of Content-Length': `${post}Content-Length: 5, 5\r\n\r\nhello`,
  'an empty Content-Length': `${post}Content-Length:\r\n\r\n`,
  'a signed Content-Length': `${post}Content-Length: +5\r\n\r\nhello`,
  'a negative Content-Length': `${post}Content-Length: -1\r\n\r\n`,
  'a hexadecimal Content-Length': `${post}Content-Length: 0x5\r\n\r\nhello`,
  'a Content-Length with a space inside': `${post}Content-Length: 1 0\r\n\r\nhello`,
  'an endless Content-Length': `${post}Content-Length: 99999999999999999999\r\n\r\nhello`,
  'a Content-Length beyond exact numbers': `${post}Content-Length: 9007199254740993\r\n\r\nhello`,
}

const lineEnds = {
  'a folded line': `${get}X-A: 1\r\n two\r\n\r\n`,
  'a folded framing header': `${post}Transfer-Encoding:\r\n chunked\r\n\r\n${body}`,
  'a space before the first header': `GET / HTTP/1.1\r\n Host: api.example.com\r\n\r\n`,
  'a space before the colon': `${post}Content-Length : 5\r\n\r\nhello`,
  'a bare LF after the request line': `GET / HTTP/1.1\nHost: api.example.com\r\n\r\n`,
  'a bare LF after a header': `${get}X-A: 1\nX-B: 2\r\n\r\n`,
  'a bare LF at the end': `${get}X-A: 1\r\n\n`,
  'bare LFs only': 'GET / HTTP/1.1\nHost: api.example.com\n\n',
  'a bare CR in a value': `${get}X-A: 1\rX-B: 2\r\n\r\n`,
  'a bare CR before CRLF': `${get}X-A: 1\r\r\n\r\n`,
  'a NUL in a value': `${get}X-A: 1\x002\r\n\r\n`,
  'a NUL in a name': `${get}X-\x00A: 1\r\n\r\n`,
  'a control character in a value': `${get}X-A: 1\x1b2\r\n\r\n`,
  'a header without a colon': `${get}X-A\r\n\r\n`,
  'a header without a name': `${get}: x\r\n\r\n`,
  'a space in a name': `${get}X A: 1\r\n\r\n`,
}

const notHttp11 = {
  'an HTTP/2 preface': 'PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n',
  'an unknown version': 'GET / HTTP/1.9\r\nHost: api.example.com\r\n\r\n',
  'a lower-case version': 'GET / http/1.1\r\nHost: api.example.com\r\n\r\n',
  'a tab in the request line': 'GET\t/ HTTP/1.1\r\nHost: api.example.com\r\n\r\n',
  'an unknown method': 'G@T / HTTP/1.1\r\nHost: api.example.com\r\n\r\n',
  garbage: '\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03',
}

const families = { lengths, lineEnds, notHttp11 }

for (const [family, cases] of Object.entries(families)) {
  for (const [what, text] of Object.entries(cases)) {
    test(`B13: ${what} is refused and the connection closed (${family})`, async t => {
      const upstream = await startRawUpstream(t)
      const gateway = await startGateway(t, oneRoute({ v1: upstream.url }))
      await assertRefused(gateway.port, text + hidden, 400, 'bad-request')
      await assertNothingArrived(gateway.port, upstream)
    })
  }
}

for (const [way, request] of bothWays) {
  test(`B13, B14: ${way} with a transfer coding other than chunked, once, is refused`, async t => {
    const upstream = await startRawUpstream(t)
    const gateway = await startGateway(t, oneRoute({ v1: upstream.url }))
    for (const codings of [
      ['gzip, chunked'],
      ['gzip', 'chunked'],
      ['deflate,chunked'],
      ['chunked, chunked'],
      ['chunked', 'chunked'],
      ['gzip'],
      ['identity'],
      ['xchunked'],
      ['chunked\x0b'],
      ['chunked, gzip'],
      ['chunked', 'identity'],
      ['chunked;q=1'],
      [''],
    ]) {
      const headers = codings.map(coding => `Transfer-Encoding: ${coding}\r\n`).join('')
      const answer = await sendRaw(gateway.port, request('/', headers) + body + hidden)
      assert.match(answer.text, /^HTTP\/1\.1 (400|501) /, codings.join('; '))
      assert.match(answer.body, /"code":"(bad-request|unsupported-coding)"/)
      assert.equal(answer.text.match(/HTTP\/1\.1 \d/g)?.length, 1)
    }
    await assertNothingArrived(gateway.port, upstream)
  })
}

test('B13: an upgrade with a body is refused', async t => {
  const upstream = await startRawUpstream(t)
  const gateway = await startGateway(t, oneRoute({ v1: upstream.url }))
  const [, upgrade] = bothWays[1]
  const sized = `${upgrade('/', 'content-length: 5\r\n')}hello`
  const chunked = upgrade('/', 'transfer-encoding: chunked\r\n') + body
  await assertRefused(gateway.port, sized, 400, 'bad-upgrade')
  await assertRefused(gateway.port, chunked, 400, 'bad-upgrade')
  await assertNothingArrived(gateway.port, upstream)
})

test('B13: a handshake with ambiguous lines is refused and the connection closed', async t => {
  const upstream = await startRawUpstream(t)
  const gateway = await startGateway(t, oneRoute({ v1: upstream.url }))
  const [, upgrade] = bothWays[1]
  for (const ambiguous of [
    'X-A: 1\r\n two\r\n',
    'X-A: 1\nX-B: 2\r\n',
    'X-A: 1\rX-B: 2\r\n',
    'X-A: 1\r\r\n',
    'X-A: 1\x002\r\n',
    'X-A : 1\r\n',
    'X-A\r\n',
    'Content-Length: 0\r\nContent-Length: 0\r\n',
    'Content-Length: +0\r\n',
    'Content-Length: 0\r\nTransfer-Encoding: chunked\r\n',
  ]) {
    await assertRefused(gateway.port, upgrade('/', ambiguous) + hidden, 400, 'bad-request')
  }
  await assertNothingArrived(gateway.port, upstream)
})

const badChunks = {
  'a size that is no number': 'x\r\nhello\r\n0\r\n\r\n',
  'a size with 0x': '0x5\r\nhello\r\n0\r\n\r\n',
  'a signed size': '+5\r\nhello\r\n0\r\n\r\n',
  'an endless size': 'fffffffffffffffff\r\nhello\r\n0\r\n\r\n',
  'a size before a bare LF': '5\nhello\r\n0\r\n\r\n',
  'a bare CR in an extension': '5;a\rb\r\nhello\r\n0\r\n\r\n',
  'a bare LF in an extension': '5;a\nb\r\nhello\r\n0\r\n\r\n',
  'data that is longer than its size': '5\r\nhello!\r\n0\r\n\r\n',
  'data that ends with a bare LF': '5\r\nhello\n0\r\n\r\n',
  'a space before the size': ' 5\r\nhello\r\n0\r\n\r\n',
}

for (const [what, bytes] of Object.entries(badChunks)) {
  test(`B13: a chunk with ${what} breaks the request off on both sides`, async t => {
    const upstream = await startScriptedUpstream(t)
    const gateway = await startGateway(t, oneRoute({ v1: upstream.url }))
    const client = openRaw(t, gateway.port, `${post}Transfer-Encoding: chunked\r\n\r\n`)
    const served = await upstream.accept()
    await served.until('\r\n\r\n')
    client.send(bytes + hidden)
    const answer = await client.ended()
    const received = await served.ended()
    assert.match(answer, /^HTTP\/1\.1 400 /)
    assert.equal(answer.match(/HTTP\/1\.1 \d/g)?.length, 1)
    assert.doesNotMatch(received, /0\r\n\r\n$|hidden/)
    assert.equal(upstream.connections(), 1)
  })
}

test('B13: a transfer coding in HTTP/1.0, which knows none, is refused', async t => {
  const upstream = await startRawUpstream(t)
  const gateway = await startGateway(t, oneRoute({ v1: upstream.url }))
  const chunked = `${post}Transfer-Encoding: chunked\r\nConnection: keep-alive\r\n\r\n${body}`
  const older = chunked.replace('HTTP/1.1', 'HTTP/1.0')
  await assertRefused(gateway.port, older + hidden, 400, 'bad-request')
  await assertNothingArrived(gateway.port, upstream)
})

test('B13: other versions than 1.0 and 1.1 are refused', async t => {
  const upstream = await startRawUpstream(t)
  const gateway = await startGateway(t, oneRoute({ v1: upstream.url }))
  for (const version of ['0.9', '1.2', '2.0', '3.0']) {
    for (const [, request] of bothWays) {
      const other = request('/').replace('HTTP/1.1', `HTTP/${version}`)
      await assertRefused(gateway.port, other, 400, 'bad-request')
    }
  }
  await assertNothingArrived(gateway.port, upstream)
})

import assert from 'node:assert/strict'
import { type TestContext, test } from 'node:test'
import { oneRoute } from '../support/gateway.ts'
import { startHttp2Gateway } from '../support/http2.ts'
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
  statusOf,
} from '../support/http2-frames.ts'
import { startRawUpstream } from '../support/raw.ts'

/** What RFC 9113 section 7 calls PROTOCOL_ERROR. */
const protocolError = 1

type Fields = readonly (readonly [string, string])[]

/** An answer of ours, the stream reset by nghttp2, or the connection ended. */
type Taken = 'answered' | 'reset' | 'cut'

/** What nobody may take for a request, or what could become two of them; none of it goes upstream. */
const refused: Readonly<Record<string, { fields: Fields; body?: string; is: Taken }>> = {
  'a Host that is another than the authority': {
    fields: requestFields({}, [['host', 'evil.test']]),
    is: 'answered',
  },
  'neither Host nor authority': { fields: requestFields({ ':authority': null }), is: 'reset' },
  'an authority that is none': { fields: requestFields({ ':authority': 'a@b' }), is: 'reset' },
  'an empty authority': { fields: requestFields({ ':authority': '' }), is: 'reset' },
  'two Hosts': {
    fields: requestFields({ ':authority': null }, [
      ['host', 'shop.test'],
      ['host', 'evil.test'],
    ]),
    is: 'reset',
  },
  Connection: { fields: requestFields({}, [['connection', 'close']]), is: 'reset' },
  'Keep-Alive': { fields: requestFields({}, [['keep-alive', '5']]), is: 'reset' },
  'Proxy-Connection': { fields: requestFields({}, [['proxy-connection', 'close']]), is: 'reset' },
  'Upgrade to h2c': {
    fields: requestFields({}, [
      ['upgrade', 'h2c'],
      ['http2-settings', 'AAMAAABk'],
    ]),
    is: 'reset',
  },
  'HTTP2-Settings alone': {
    fields: requestFields({}, [['http2-settings', 'AAMAAABk']]),
    is: 'answered',
  },
  'Transfer-Encoding': {
    fields: requestFields({ ':method': 'POST' }, [['transfer-encoding', 'chunked']]),
    body: '0\r\n\r\nGET /evil HTTP/1.1\r\nhost: shop.test\r\n\r\n',
    is: 'reset',
  },
  'TE other than trailers': { fields: requestFields({}, [['te', 'gzip']]), is: 'reset' },
  'a length shorter than the body': {
    fields: requestFields({ ':method': 'POST' }, [['content-length', '2']]),
    body: 'okGET /evil HTTP/1.1\r\nhost: shop.test\r\n\r\n',
    is: 'cut',
  },
  'a length without a body': {
    fields: requestFields({ ':method': 'POST' }, [['content-length', '2']]),
    is: 'reset',
  },
  'two lengths': {
    fields: requestFields({ ':method': 'POST' }, [
      ['content-length', '2'],
      ['content-length', '3'],
    ]),
    body: 'ok',
    is: 'reset',
  },
  'a length that is no number': {
    fields: requestFields({ ':method': 'POST' }, [['content-length', '0x2']]),
    body: 'ok',
    is: 'reset',
  },
  'a path with a space': { fields: requestFields({ ':path': '/a b' }), is: 'reset' },
  'a path with a second request': {
    fields: requestFields({ ':path': '/ HTTP/1.1\r\nhost: evil.test\r\n\r\nGET /evil' }),
    is: 'reset',
  },
  'a path that is no path': { fields: requestFields({ ':path': 'evil' }), is: 'reset' },
  'an absolute path of another scheme': {
    fields: requestFields({ ':scheme': 'ftp', ':path': 'http://shop.test/' }),
    is: 'answered',
  },
  'a scheme that is none': { fields: requestFields({ ':scheme': 'https://evil/?' }), is: 'reset' },
  'an empty path': { fields: requestFields({ ':path': '' }), is: 'reset' },
  'no path': { fields: requestFields({ ':path': null }), is: 'reset' },
  'two paths': { fields: [...requestFields(), [':path', '/evil']], is: 'reset' },
  'a method with a space': { fields: requestFields({ ':method': 'GET /evil' }), is: 'reset' },
  'a method with a line': { fields: requestFields({ ':method': 'GET\r\nx: y' }), is: 'reset' },
  'a pseudo-header behind a field': {
    fields: [['x', 'y'], ...requestFields()],
    is: 'reset',
  },
  'a pseudo-header of an answer': { fields: [...requestFields(), [':status', '200']], is: 'reset' },
  'a name in capitals': { fields: requestFields({}, [['X-Some', 'thing']]), is: 'reset' },
  'a path with dot segments': { fields: requestFields({ ':path': '/a/../b' }), is: 'answered' },
  CONNECT: {
    fields: requestFields({ ':method': 'CONNECT', ':path': null, ':scheme': null }),
    body: 'hello',
    is: 'answered',
  },
  'extended CONNECT': {
    fields: requestFields({ ':method': 'CONNECT' }, []).concat([[':protocol', 'websocket']]),
    is: 'reset',
  },
  'TRACE in small letters': { fields: requestFields({ ':method': 'trace' }), is: 'answered' },
  'a method that nobody knows': { fields: requestFields({ ':method': 'TRACK' }), is: 'answered' },
  TRACE: { fields: requestFields({ ':method': 'TRACE' }), is: 'answered' },
}

async function started(t: TestContext) {
  const v1 = await startRawUpstream(t)
  const gateway = await startHttp2Gateway(t, oneRoute({ v1: v1.url }))
  return { v1, gateway }
}

/** How the gateway took the first stream. */
async function taken(client: FrameClient): Promise<Taken> {
  const end = await client.next(
    each => each.type === 'goaway' || (each.stream === 1 && each.type !== 'windowUpdate'),
  )
  if (end.type === 'goaway') return 'cut'
  if (end.type === 'headers') return statusOf(end) === 200 ? assert.fail('served') : 'answered'
  assert.equal(errorOf(end), protocolError)
  return 'reset'
}

test('B7, B11, B13, B14, B18, B19, B33: what is no request over HTTP/2 goes nowhere, and a whole one behind it does', async t => {
  const { v1, gateway } = await started(t)
  let whole = 0
  for (const [what, { fields, body, is }] of Object.entries(refused)) {
    const client = await openFrames(t, gateway.port)
    client.write(requestFrames(1, fields, body))
    assert.equal(await taken(client), is, what)
    if (is !== 'cut') {
      client.write(requestFrames(3, requestFields({ ':path': `/whole-${whole++}` })))
      const answer = await client.next(each => each.stream === 3)
      assert.equal(statusOf(answer), 200, what)
    }
    client.socket.destroy()
    const lines = v1.received().match(/^\S+ \S+ HTTP\/1\.1$/gm)?.length ?? 0
    assert.equal(lines, whole, `${what}: one request for each whole one`)
  }
  assert.doesNotMatch(v1.received(), /evil/)
})

test('B13: a field with a line break or a NUL in it goes nowhere', async t => {
  const { v1, gateway } = await started(t)
  const client = await openFrames(t, gateway.port)
  const values = ['a\r\nx-evil: 1', 'a\nx-evil: 1', 'a\rx-evil: 1', 'a\0x-evil', '\x7fx-evil']
  let stream = 1
  for (const value of values) {
    for (const name of ['x-some', 'cookie', 'user-agent', 'x-request-id']) {
      client.write(requestFrames(stream, requestFields({}, [[name, value]])))
      await client.next(each => each.stream === stream && each.type !== 'windowUpdate')
      stream += 2
    }
  }
  assert.doesNotMatch(v1.received(), /evil/)
})

test('B23: trailers of a request are dropped', async t => {
  const { v1, gateway } = await started(t)
  const client = await openFrames(t, gateway.port)
  client.write(
    frame('headers', 1, fieldBlock(requestFields({ ':method': 'POST' })), endHeaders),
    frame('data', 1, Buffer.from('hello')),
    frame('headers', 1, fieldBlock([['x-late', 'evil']]), endHeaders | endStream),
  )
  const answer = await client.next(each => each.stream === 1 && each.type === 'headers')
  assert.equal(statusOf(answer), 200)
  await client.next(each => each.stream === 1 && (each.flags & endStream) !== 0)
  assert.match(v1.received(), /\r\n\r\n5\r\nhello\r\n0\r\n\r\n$/)
  assert.doesNotMatch(v1.received(), /x-late/)
})

import assert from 'node:assert/strict'
import { test } from 'node:test'
import { AnswerParser } from '../../src/upstream/http1/answer-parser.ts'
import { ProtocolError, type ProtocolReason } from '../../src/upstream/http1/protocol-error.ts'

interface Read {
  informed: number[]
  status: number
  headers: string[]
  body: string
  whole: boolean
  reusable: boolean
  idleLimitMs: number
}

/** Feeds `text` in the pieces that `cuts` make; each piece overwrites the one before, as the shared buffer does. */
function read(text: string, cuts: number[] = [], method = 'GET', maxHeaderBytes = 1024): Read {
  const parser = new AnswerParser(maxHeaderBytes)
  const informed: number[] = []
  const body: Buffer[] = []
  let status = 0
  let headers: string[] = []
  parser.begin(method, {
    onInformation: status => void informed.push(status),
    onHead(theStatus, theHeaders) {
      assert.equal(status, 0, 'one final head')
      status = theStatus
      headers = theHeaders
    },
    onData: chunk => body.push(chunk) > 0,
  })
  const shared = Buffer.alloc(text.length)
  let whole = false
  const edges = [...cuts, text.length]
  let from = 0
  for (const to of edges) {
    const length = shared.write(text.slice(from, to), 'latin1')
    if (length > 0) whole = parser.feed(shared, length) || whole
    from = to
  }
  const { reusable, idleLimitMs } = parser
  const text2 = Buffer.concat(body).toString('latin1')
  return { informed, status, headers, body: text2, whole, reusable, idleLimitMs }
}

const answer = (head: string, body = ''): string => `HTTP/1.1 200 OK\r\n${head}\r\n${body}`
const everyCut = (text: string): number[] =>
  Array.from({ length: text.length }, (_, index) => index)

const wholeAnswers: Record<string, string> = {
  'a counted body': answer('Content-Length: 5\r\nX-Thing: a b\t c \r\n', 'hello'),
  'a chunked body with extensions and trailers':
    'HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n4;a=b\r\nhell\r\n00001\r\no\r\n0\r\nETag: x\r\nx-b: c\r\n\r\n',
  'interim answers before the final one':
    'HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 103 Early Hints\r\nlink: </a>\r\n\r\nHTTP/1.1 200 OK\r\ncontent-length: 5\r\n\r\nhello',
}

for (const [name, text] of Object.entries(wholeAnswers)) {
  test(`reads ${name} the same in one piece, byte by byte and split at each byte`, () => {
    const atOnce = read(text)
    assert.equal(atOnce.body, 'hello')
    assert.equal(atOnce.whole, true)
    assert.equal(atOnce.reusable, true)
    assert.deepEqual(read(text, everyCut(text)), atOnce)
    for (const cut of everyCut(text)) assert.deepEqual(read(text, [cut]), atOnce, `split at ${cut}`)
  })
}

test('gives names in lower case and values without the blanks around them', () => {
  const { headers } = read(answer('X-Thing: \t a b\t c \t\r\nEmpty:\r\nX-Thing:\xe9\r\n'))
  assert.deepEqual(headers, ['x-thing', 'a b\t c', 'empty', '', 'x-thing', '\xe9'])
})

test('reads a status line without a reason, and HTTP/1.0', () => {
  assert.equal(read('HTTP/1.1 404 \r\ncontent-length: 0\r\n\r\n').status, 404)
  assert.equal(read('HTTP/1.1 404\r\ncontent-length: 0\r\n\r\n').status, 404)
  assert.equal(read('HTTP/1.0 599 What\r\ncontent-length: 0\r\n\r\n').status, 599)
})

const refused: [ProtocolReason, string][] = [
  ['status-line', 'HTTP/2.0 200 OK\r\n\r\n'],
  ['status-line', 'HTTP/1.2 200 OK\r\n\r\n'],
  ['status-line', 'http/1.1 200 OK\r\n\r\n'],
  ['status-line', 'HTTP/1.1  200 OK\r\n\r\n'],
  ['status-line', 'HTTP/1.1 099 OK\r\n\r\n'],
  ['status-line', 'HTTP/1.1 600 OK\r\n\r\n'],
  ['status-line', 'HTTP/1.1 2000 OK\r\n\r\n'],
  ['status-line', 'HTTP/1.1 200 O\0K\r\n\r\n'],
  ['status-line', '\r\nHTTP/1.1 200 OK\r\n\r\n'],
  ['status-line', 'SSH-2.0-OpenSSH'],
  ['line-end', 'HTTP/1.1 200 OK\ncontent-length: 0\n\n'],
  ['line-end', 'HTTP/1.1 200 OK\r\na: b\rc'],
  ['field-value', answer('a: b\nc: d\r\n')],
  ['field-value', answer('a: b\rc\r\n')],
  ['field-value', answer('a: b\0c\r\n')],
  ['field-value', answer('a: \x1b[0m\r\n')],
  ['field-value', answer('a: \x7f\r\n')],
  ['field-name', answer('a : b\r\n')],
  ['field-name', answer(' a: b\r\n')],
  ['field-name', answer('a: b\r\n folded\r\n')],
  ['field-name', answer('a: b\r\n\tfolded: yes\r\n')],
  ['field-name', answer('no colon\r\n')],
  ['field-name', answer(': b\r\n')],
  ['field-name', answer('a(b): c\r\n')],
  ['field-name', answer('na\xefve: c\r\n')],
  ['head-too-large', answer(`a: ${'b'.repeat(1024)}\r\n`)],
  ['content-length', answer('content-length: 1\r\ncontent-length: 2\r\n')],
  ['content-length', answer('content-length: 1\r\ncontent-length: 1\r\n')],
  ['content-length', answer('content-length: 1, 1\r\n')],
  ['content-length', answer('content-length: +1\r\n')],
  ['content-length', answer('content-length: -1\r\n')],
  ['content-length', answer('content-length: 0x1\r\n')],
  ['content-length', answer('content-length: 1 1\r\n')],
  ['content-length', answer('content-length:\r\n')],
  ['content-length', answer(`content-length: ${'9'.repeat(16)}\r\n`)],
  ['transfer-encoding', answer('content-length: 1\r\ntransfer-encoding: chunked\r\n')],
  ['transfer-encoding', answer('transfer-encoding: chunked\r\ncontent-length: 1\r\n')],
  ['transfer-encoding', answer('transfer-encoding: gzip, chunked\r\n')],
  ['transfer-encoding', answer('transfer-encoding: chunked, chunked\r\n')],
  ['transfer-encoding', answer('transfer-encoding: chunked\r\ntransfer-encoding: chunked\r\n')],
  ['transfer-encoding', answer('transfer-encoding: identity\r\n')],
  ['transfer-encoding', answer('transfer-encoding: xchunked\r\n')],
  ['transfer-encoding', answer('transfer-encoding:\r\n')],
  ['transfer-encoding', 'HTTP/1.0 200 OK\r\ntransfer-encoding: chunked\r\n\r\n0\r\n\r\n'],
  ['unasked-upgrade', 'HTTP/1.1 101 Switching Protocols\r\nupgrade: websocket\r\n\r\n'],
  ['too-many-interim', 'HTTP/1.1 102 Processing\r\n\r\n'.repeat(17)],
]

for (const [reason, text] of refused) {
  test(`refuses ${JSON.stringify(text.slice(0, 90))}: ${reason}`, () => {
    const is = (error: unknown) => error instanceof ProtocolError && error.reason === reason
    assert.throws(() => read(text), is)
  })
}

const chunkedAnswer = (body: string): string => answer('transfer-encoding: chunked\r\n', body)

const refusedChunks: [ProtocolReason, string][] = [
  ['chunk-size', '\r\n'],
  ['chunk-size', ';a\r\n'],
  ['chunk-size', 'g\r\n'],
  ['chunk-size', '-1\r\n'],
  ['chunk-size', '0x1\r\n'],
  ['chunk-size', ' 1\r\n'],
  ['chunk-size', '1 \r\na\r\n'],
  ['chunk-size', '1\n'],
  ['chunk-size', `${'0'.repeat(14)}\r\n`],
  ['chunk-size', `1${'0'.repeat(16)}\r\n`],
  ['line-end', '1\rx'],
  ['chunk-end', '1\r\nabc'],
  ['chunk-end', '1\r\na\n'],
  ['chunk-end', '1\r\na\rx'],
  ['chunk-extension', '1;a\nb\r\n'],
  ['chunk-extension', '1;\0\r\n'],
  ['chunk-extension', `1;${'a'.repeat(16_385)}`],
  ['chunk-extension', `1;${'a'.repeat(999)}\r\nx\r\n`.repeat(17)],
  ['trailers-too-large', `0\r\na: ${'b'.repeat(8192)}`],
  ['line-end', '0\r\n\n'],
  ['line-end', '0\r\na: b\n\n'],
  ['field-name', '0\r\na : b\r\n\r\n'],
  ['field-name', '0\r\na: b\r\n folded\r\n\r\n'],
  ['field-value', '0\r\na: \0\r\n\r\n'],
]

for (const [reason, body] of refusedChunks) {
  test(`refuses the chunks ${JSON.stringify(body.slice(0, 60))}: ${reason}`, () => {
    const is = (error: unknown) => error instanceof ProtocolError && error.reason === reason
    const text = chunkedAnswer(body)
    assert.throws(() => read(text), is)
    assert.throws(() => read(text, everyCut(text)), is)
  })
}

test('expects no body for HEAD, 204 and 304', () => {
  assert.equal(read(answer('content-length: 5\r\n'), [], 'HEAD').whole, true)
  assert.equal(read(answer('transfer-encoding: chunked\r\n'), [], 'HEAD').whole, true)
  assert.equal(read('HTTP/1.1 204 No Content\r\n\r\n').whole, true)
  assert.equal(read('HTTP/1.1 304 Not Modified\r\ncontent-length: 5\r\n\r\n').whole, true)
})

const reuse: [string, boolean][] = [
  ['HTTP/1.1 200 OK\r\ncontent-length: 0\r\n\r\n', true],
  ['HTTP/1.1 200 OK\r\ncontent-length: 0\r\nconnection: Close\r\n\r\n', false],
  ['HTTP/1.1 200 OK\r\ncontent-length: 0\r\nconnection: x\r\nconnection: y , close\r\n\r\n', false],
  ['HTTP/1.1 200 OK\r\ncontent-length: 0\r\nconnection: disclose\r\n\r\n', true],
  ['HTTP/1.0 200 OK\r\ncontent-length: 0\r\n\r\n', false],
  ['HTTP/1.0 200 OK\r\ncontent-length: 0\r\nconnection: Keep-Alive\r\n\r\n', true],
  ['HTTP/1.1 200 OK\r\ncontent-length: 0\r\nkeep-alive: timeout=1\r\n\r\n', false],
  ['HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\nok!', false],
  ['HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\nokHTTP/1.1 200 OK\r\n\r\n', false],
  ['HTTP/1.1 204 No Content\r\ncontent-length: 0\r\n\r\n', true],
  ['HTTP/1.1 204 No Content\r\ncontent-length: 5\r\n\r\n', false],
  ['HTTP/1.1 204 No Content\r\ntransfer-encoding: chunked\r\n\r\n', false],
]

for (const [text, reusable] of reuse) {
  test(`${reusable ? 'keeps' : 'gives up'} the connection after ${JSON.stringify(text)}`, () => {
    assert.deepEqual([read(text).whole, read(text).reusable], [true, reusable])
  })
}

test('knows each name by itself, whatever stood in its place in the answer before', () => {
  const parser = new AnswerParser(1024)
  const next = (fields: string): string[] => {
    let heard: string[] = []
    parser.begin('GET', {
      onInformation() {},
      onHead: (_status, headers) => {
        heard = headers
      },
      onData: () => true,
    })
    const text = Buffer.from(answer(`content-length: 0\r\n${fields}`))
    parser.feed(text, text.length)
    return heard.slice(2)
  }
  assert.deepEqual(next('X-Abc: 1\r\nX-Def: 2\r\n'), ['x-abc', '1', 'x-def', '2'])
  assert.deepEqual(next('X-Abc: 3\r\n'), ['x-abc', '3'])
  assert.deepEqual(next('X-Abd: 4\r\nX-DEF: 5\r\n'), ['x-abd', '4', 'x-def', '5'])
  assert.deepEqual(next('X-Abde: 6\r\nX-D: 7\r\n'), ['x-abde', '6', 'x-d', '7'])
  assert.throws(() => next('X-Abde : 8\r\n'), ProtocolError)
})

test('takes the idle time that the upstream names, less a second', () => {
  const head = 'content-length: 0\r\nkeep-alive: max=9, timeout=5\r\n'
  assert.equal(read(answer(head)).idleLimitMs, 4000)
  assert.equal(read(answer('content-length: 0\r\n')).idleLimitMs, Number.POSITIVE_INFINITY)
})

test('makes one piece of all chunks in one read', () => {
  const parser = new AnswerParser(1024)
  const pieces: number[] = []
  parser.begin('GET', {
    onInformation() {},
    onHead() {},
    onData: chunk => pieces.push(chunk.length) > 0,
  })
  const text = Buffer.from(chunkedAnswer(`${'1\r\na\r\n'.repeat(5000)}0\r\n\r\n`))
  assert.equal(parser.feed(text, text.length), true)
  assert.deepEqual(pieces, [5000])
})

test('tells nothing after stop, even when stopped by an event', () => {
  const parser = new AnswerParser(1024)
  parser.begin('GET', {
    onInformation() {},
    onHead: () => parser.stop(),
    onData: () => assert.fail('data after stop'),
  })
  const text = Buffer.from(answer('content-length: 2\r\n', 'ok'))
  assert.equal(parser.feed(text, text.length), false)
})

test('a FIN ends an answer without length, and breaks off any other', () => {
  const finish = (text: string): boolean => {
    const parser = new AnswerParser(1024)
    parser.begin('GET', { onInformation() {}, onHead() {}, onData: () => true })
    parser.feed(Buffer.from(text), text.length)
    return parser.finish()
  }
  assert.equal(finish(answer('', 'some')), true)
  assert.equal(finish(answer('')), true)
  assert.equal(finish(answer('content-length: 5\r\n', 'some')), false)
  assert.equal(finish(chunkedAnswer('4\r\nsome\r\n')), false)
  assert.equal(finish('HTTP/1.1 200 OK\r\n'), false)
})

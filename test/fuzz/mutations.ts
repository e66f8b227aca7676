import { mutate, type Random } from './random.ts'
import { type RequestParts, textOf } from './request-parts.ts'

/** Each is something that two readers of HTTP have disagreed about, or may. */
const lengths = [
  '+5',
  '-1',
  '05',
  '5, 5',
  '5,6',
  '0x5',
  '5 ',
  '5\t',
  '',
  '1 0',
  '5;',
  '"5"',
  '9'.repeat(20),
]
const codings = [
  'chunked',
  'Chunked',
  ' chunked',
  'chunked ',
  '\tchunked',
  '\x0bchunked',
  'chunked\x00',
  'chunked, chunked',
  'chunked,',
  ', chunked',
  'gzip, chunked',
  'identity',
  'chunked;q=1',
  '"chunked"',
  'xchunked',
  '\r\n chunked',
  '',
]
const framingNames = [
  'Content-Length',
  'content-length',
  'Content-Length ',
  'Content-Length\t',
  ' Content-Length',
  'Content_Length',
  'Transfer-Encoding',
  'transfer-encoding',
  'Transfer-Encoding ',
  'Transfer_Encoding',
  '\x00Transfer-Encoding',
  'X-A: 1\rTransfer-Encoding',
  'X-A: 1\nContent-Length',
]
const otherLines = [
  'Host: other.example.com',
  'Host: api.example.com',
  'Host:',
  'Host: api.example.com:80',
  'Connection: close',
  'Connection: keep-alive, upgrade',
  'Connection: host, content-length, authorization',
  'Upgrade: websocket',
  'Upgrade: h2c',
  'HTTP2-Settings: AAMAAABkAAQAoAAAAAIAAAAA',
  'Expect: 100-continue',
  'Expect: 200-ok',
  'Via: 1.1 switchback',
  'X-Forwarded-For: 10.0.0.1',
  'X-Request-Id: mine',
  'X_Forwarded_For: 10.0.0.1',
  'Authorization: Bearer a.b.c',
  'Cookie: a=b; __proto__=1',
  '__proto__: 1',
  'X-Odd: \xff\x80\x7f',
  'X-Empty:',
  'Origin: null',
  'Sec-WebSocket-Version: 8',
  'Sec-WebSocket-Key: short',
  'X-No-Colon',
  ': nameless',
]
const targets = [
  '*',
  '/',
  '//r/a',
  '/r/../private/x',
  '/r/%2e%2e/private/x',
  '/r/..;/private/x',
  '/r/a%2fb',
  '/%72/a',
  '/r\\a',
  '/r/a#b',
  '/r/a?b#c',
  '/r/a b',
  '/r/%00',
  '/r/%',
  'r/a',
  'http://evil.example.com/r/a',
  'http://api.example.com',
  'http://api.example.com@evil/r/a',
  'https://API.example.com/r/a?b',
  'ftp://api.example.com/r/a',
  '@evil',
  '',
]
const methods = [
  'GET',
  'HEAD',
  'POST',
  'PUT',
  'OPTIONS',
  'TRACE',
  'CONNECT',
  'get',
  'PRI',
  'G@T',
  '',
]
const versions = [
  'HTTP/1.0',
  'HTTP/1.2',
  'HTTP/2.0',
  'HTTP/0.9',
  'http/1.1',
  'HTTP/1.1 ',
  'HTTP/01.1',
  '',
]
const lineEnds = [
  '\n',
  '\r',
  '\r\r\n',
  '\n\r',
  '\r\n ',
  '\r\n\t',
  ' \r\n',
  '\0\r\n',
  '\r\n\r\n',
  '',
]
const chunkStarts = [
  '5;a=b\r\n',
  '5 ;a\r\n',
  '5 \r\n',
  '05\r\n',
  '0x5\r\n',
  '-5\r\n',
  '+5\r\n',
  '5\n',
  '5\r\r\n',
  '5;a\nb\r\n',
  '5;a="\r\n"\r\n',
  'FFFFFFFFFFFFFFFFF\r\n',
  '\r\n',
  '0\r\nContent-Length: 5\r\n\r\n',
  '0\r\nTransfer-Encoding: chunked\r\n',
  '0\r\n\n',
  '0\n\r\n',
  '00\r\n\r\n',
]

/** Changes what a part says: one token for another, or lines put in, doubled, moved or left out. */
function mutateTokens(random: Random, parts: RequestParts): RequestParts {
  const changed = { ...parts, headers: [...parts.headers] }
  const { headers } = changed
  const at = random.below(headers.length)
  const insert = (line: string) => headers.splice(random.below(headers.length + 1), 0, line)
  const changes = [
    () =>
      insert(
        `${random.pick(framingNames)}: ${random.pick(random.chance(0.5) ? lengths : codings)}`,
      ),
    () => insert(`Content-Length: ${changed.body.length + random.below(3) - 1}`),
    () => insert(`Transfer-Encoding:${random.pick(codings)}`),
    () => insert(random.pick(otherLines)),
    () => headers.splice(at, 1),
    () => headers.splice(at, 0, headers[at] ?? ''),
    () => headers.push(...headers.splice(at, 1)),
    () => {
      const [name = ''] = (headers[at] ?? '').split(':', 1)
      headers[at] = `${name}: ${random.pick(random.chance(0.5) ? lengths : codings)}`
    },
    () => {
      changed.target = random.pick(targets)
    },
    () => {
      changed.method = random.pick(methods)
    },
    () => {
      changed.version = random.pick(versions)
    },
    () => {
      changed.body = changed.body.replace(/[0-9a-f]+\r\n/, () => random.pick(chunkStarts))
    },
    () => {
      changed.body = random.pick(chunkStarts) + changed.body
    },
  ]
  random.pick(changes)()
  return changed
}

/** Changes how lines end, or where they are cut off. */
function mutateLines(random: Random, text: string): string {
  const ends = [...text.matchAll(/\r\n/g)].map(found => found.index)
  if (ends.length === 0) return text
  const at = random.pick(ends)
  return text.slice(0, at) + random.pick(lineEnds) + text.slice(at + 2)
}

/** The text of a request with one to three mutations: of tokens first, then of lines, then of bytes. */
export function mutateRequest(random: Random, parts: RequestParts): string {
  let changed = parts
  const tokens = random.below(3)
  for (let i = 0; i < tokens; i++) changed = mutateTokens(random, changed)
  let text = textOf(changed)
  if (random.chance(0.4)) text = mutateLines(random, text)
  if (tokens === 0 || random.chance(0.3)) text = mutate(random, text)
  return text
}

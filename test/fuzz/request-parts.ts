import { webSocketKey } from '../support/requests.ts'
import type { Random } from './random.ts'

/** A request in the parts that a mutation may take, before they are one text. */
export interface RequestParts {
  method: string
  target: string
  version: string
  /** Header lines without their CRLF. */
  headers: string[]
  /** With its framing, as it goes over the wire. */
  body: string
}

export interface RequestKinds {
  /** A bearer token that `/private` takes. */
  readonly token: string
}

/** What a smuggler hides in a body. */
const hidden = 'GET /r/hidden HTTP/1.1\r\nHost: api.example.com\r\nX-Hidden: 1\r\n\r\n'

const page = 'https://shop.example.com'

/** Requests that the gateway takes, one for each door and framing: what mutations start from. */
export function goodRequest(random: Random, id: string, kinds: RequestKinds): RequestParts {
  const host = 'Host: api.example.com'
  const bare = (method: string, target: string, ...headers: string[]): RequestParts => ({
    method,
    target,
    version: 'HTTP/1.1',
    headers: [host, ...headers],
    body: '',
  })
  const text = random.chance(0.4) ? hidden : 'b'.repeat(1 + random.below(200))
  const sized = (method: string, target: string, ...headers: string[]): RequestParts => ({
    ...bare(method, target, ...headers, `Content-Length: ${text.length}`),
    body: text,
  })
  const makers: (() => RequestParts)[] = [
    () => bare('GET', `/r/${id}?q=1`),
    () => bare('HEAD', `/r/${id}`, 'X-Test: 1', 'Accept: */*'),
    () => bare('DELETE', `http://api.example.com/r/${id}`),
    () => sized('POST', `/r/${id}`, 'Content-Type: text/plain'),
    () => sized('PUT', `/r/${id}`, 'Expect: 100-continue'),
    () => ({
      ...bare('POST', `/r/${id}`, 'Transfer-Encoding: chunked', 'Trailer: X-Sum'),
      body: chunked(random, text),
    }),
    () => bare('GET', `/private/${id}`, `Authorization: Bearer ${kinds.token}`),
    () => sized('POST', `/private/${id}`, `Authorization: Bearer ${kinds.token}`),
    () => bare('GET', `/limited/${id}`),
    () => bare('GET', `/pages/${id}`, `Origin: ${page}`),
    () =>
      bare(
        'OPTIONS',
        `/pages/${id}`,
        `Origin: ${page}`,
        'Access-Control-Request-Method: PUT',
        'Access-Control-Request-Headers: content-type',
      ),
    () => ({
      ...bare(
        'GET',
        `/r/${id}`,
        'Connection: Upgrade',
        'Upgrade: websocket',
        'Sec-WebSocket-Version: 13',
        `Sec-WebSocket-Key: ${webSocketKey}`,
      ),
    }),
  ]
  return random.pick(makers)()
}

function chunked(random: Random, text: string): string {
  const chunks = random.pieces(text, 4).filter(piece => piece !== '')
  const trailers = random.chance(0.2) ? 'X-Sum: 1\r\n' : ''
  return `${chunks.map(piece => `${piece.length.toString(16)}\r\n${piece}\r\n`).join('')}0\r\n${trailers}\r\n`
}

export function textOf({ method, target, version, headers, body }: RequestParts): string {
  return `${method} ${target} ${version}\r\n${headers.map(line => `${line}\r\n`).join('')}\r\n${body}`
}

import { STATUS_CODES } from 'node:http'
import type { Socket } from 'node:net'
import type { Duplex } from 'node:stream'
import { type Refusal, refusals } from '../errors.ts'
import type { ClientResponse } from './client-messages.ts'

/** The body of every answer that the gateway gives in its own name: RFC 9457 problem details. */
function problem(refusal: Refusal, id: string): string {
  const { status, title } = refusals[refusal]
  return JSON.stringify({ type: 'about:blank', title, status, code: refusal, requestId: id })
}

const contentType = 'application/problem+json'

/** Connections that an answer ends, sent already or waiting for its turn. */
const ending = new WeakSet<Socket>()

/** Whether nothing more is answered on a connection, so that a request on it would be served for nobody. */
export function isEnding(socket: Socket): boolean {
  return ending.has(socket)
}

/** Makes this the last answer on its connection; over HTTP/2 the other streams of that go on. */
export function endConnection(response: ClientResponse): void {
  response.shouldKeepAlive = false
  ending.add(response.req.socket)
}

/** `headers`: further ones, flat name/value pairs, such as `allow`. */
export function refuse(
  response: ClientResponse,
  refusal: Refusal,
  id: string,
  headers: readonly string[] = [],
): void {
  const body = problem(refusal, id)
  response.writeHead(refusals[refusal].status, [
    'content-type',
    contentType,
    'content-length',
    String(Buffer.byteLength(body)),
    'cache-control',
    'no-store',
    'x-request-id',
    id,
    ...headers,
  ])
  response.end(body)
}

/** The same over a bare socket, which is then closed: for broken framing and refused upgrades. */
export function refuseOnSocket(
  socket: Duplex,
  refusal: Refusal,
  id: string,
  headers: readonly string[] = [],
): void {
  if (!socket.writable) {
    socket.destroy()
    return
  }
  const { status } = refusals[refusal]
  const body = problem(refusal, id)
  let more = ''
  for (let at = 0; at < headers.length; at += 2) more += `${headers[at]}: ${headers[at + 1]}\r\n`
  socket.end(
    `HTTP/1.1 ${status} ${STATUS_CODES[status]}\r\ncontent-type: ${contentType}\r\n` +
      `content-length: ${Buffer.byteLength(body)}\r\ncache-control: no-store\r\n` +
      `x-request-id: ${id}\r\n${more}connection: close\r\n\r\n${body}`,
    () => socket.destroy(),
  )
}

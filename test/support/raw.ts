import { once } from 'node:events'
import { type AddressInfo, connect, createServer, type Socket } from 'node:net'
import type { TestContext } from 'node:test'

/** Listens on loopback and keeps the connections; all are closed after the test. */
export async function listenRaw(t: TestContext, onConnection: (socket: Socket) => void) {
  const sockets = new Set<Socket>()
  const server = createServer({ noDelay: true }, socket => {
    sockets.add(socket)
    socket.on('error', () => {}).on('close', () => sockets.delete(socket))
    onConnection(socket)
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  t.after(() => {
    for (const socket of sockets) socket.destroy()
    server.close()
  })
  const { port } = server.address() as AddressInfo
  return { port, url: `http://127.0.0.1:${port}`, sockets }
}

export interface RawUpstream {
  readonly url: string
  readonly port: number
  /** Bytes received so far, over all connections, as latin1. */
  readonly received: () => string
  /** Connections opened so far. */
  readonly connections: () => number
}

/** The shortest whole answer. */
export const okAnswer = 'HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\nok'

/**
 * An upstream that records every byte. By default it answers each whole head (a body is not waited
 * for) with `okAnswer`; `onConnection` takes the socket over.
 */
export async function startRawUpstream(
  t: TestContext,
  onConnection?: (socket: Socket) => void,
): Promise<RawUpstream> {
  let received = ''
  let connections = 0
  const { url, port } = await listenRaw(t, socket => {
    connections++
    socket.on('data', chunk => {
      received += chunk.toString('latin1')
    })
    if (onConnection !== undefined) return onConnection(socket)
    let pending = ''
    socket.on('data', chunk => {
      pending += chunk.toString('latin1')
      for (let end = pending.indexOf('\r\n\r\n'); end !== -1; end = pending.indexOf('\r\n\r\n')) {
        pending = pending.slice(end + 4)
        socket.write(okAnswer)
      }
    })
  })
  return { url, port, received: () => received, connections: () => connections }
}

export interface RawAnswer {
  readonly status: number
  /** Lower-case names; repeated lines joined with a newline. */
  readonly headers: ReadonlyMap<string, string>
  /** Everything behind the head, framing included. */
  readonly body: string
  /** Every byte, latin1. */
  readonly text: string
}

/**
 * Sends exact bytes on a new connection and reads until the other side closes; the bytes should
 * therefore ask for that (`connection: close`) or be refused.
 */
export async function sendRaw(port: number, bytes: string | Buffer): Promise<RawAnswer> {
  const socket = connect(port, '127.0.0.1')
  socket.setNoDelay(true)
  socket.on('error', () => {})
  socket.write(typeof bytes === 'string' ? Buffer.from(bytes, 'latin1') : bytes)
  let text = ''
  socket.on('data', chunk => {
    text += chunk.toString('latin1')
  })
  await once(socket, 'close')
  return parseAnswer(text)
}

/** Reads the first answer in `text`; status 0 when there is none. */
export function parseAnswer(text: string): RawAnswer {
  const end = text.indexOf('\r\n\r\n')
  const [statusLine = '', ...lines] = (end === -1 ? text : text.slice(0, end)).split('\r\n')
  const headers = new Map<string, string>()
  for (const line of lines) {
    const colon = line.indexOf(':')
    const name = line.slice(0, colon).toLowerCase()
    const value = line.slice(colon + 1).trim()
    const before = headers.get(name)
    headers.set(name, before === undefined ? value : `${before}\n${value}`)
  }
  return {
    status: Number(/^HTTP\/1\.1 (\d{3})/.exec(statusLine)?.[1] ?? 0),
    headers,
    body: end === -1 ? '' : text.slice(end + 4),
    text,
  }
}

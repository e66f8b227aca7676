import { type AddressInfo, createServer, type Server, type Socket } from 'node:net'
import { createServer as createSecureServer } from 'node:tls'
import type { Certificate } from '../support/certificates.ts'

/** One connection as the upstream sees it. */
export interface Peer {
  readonly socket: Socket
  /** All bytes so far, as latin1. */
  received: string
  /** Resolves when the bytes received satisfy `enough`; rejects when the connection ends before. */
  until(enough: (received: string) => boolean): Promise<void>
  /** Resolves when the connection has ended in either way. */
  readonly closed: Promise<void>
  send(text: string): void
}

export interface RawUpstream {
  readonly origin: string
  readonly peers: readonly Peer[]
  /** The connection with this number, from 0; waits for it. */
  peer(index: number): Promise<Peer>
  close(): Promise<void>
}

export interface RawUpstreamOptions {
  readonly onPeer?: (peer: Peer) => void
  readonly tls?: Certificate
  /** Do not read from connections until told so. */
  readonly paused?: boolean
}

/** An upstream that sends exactly the bytes a test says, over a real socket. */
export async function startRawUpstream(options: RawUpstreamOptions = {}): Promise<RawUpstream> {
  const peers: Peer[] = []
  const waiting: (() => void)[] = []
  const accept = (socket: Socket) => {
    const peer = toPeer(socket, options.paused === true)
    peers.push(peer)
    options.onPeer?.(peer)
    for (const wake of waiting.splice(0)) wake()
  }
  const server: Server =
    options.tls === undefined
      ? createServer({ pauseOnConnect: options.paused === true }, accept)
      : createSecureServer(options.tls, accept)
  server.on('tlsClientError', () => {})
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo
  return {
    origin: `${options.tls === undefined ? 'http' : 'https'}://127.0.0.1:${port}`,
    peers,
    async peer(index) {
      while (peers[index] === undefined) {
        await new Promise<void>(resolve => {
          waiting.push(resolve)
        })
      }
      return peers[index]
    },
    close: () =>
      new Promise(resolve => {
        for (const { socket } of peers) socket.destroy()
        server.close(() => resolve())
      }),
  }
}

function toPeer(socket: Socket, paused: boolean): Peer {
  const closed = new Promise<void>(resolve => {
    socket.on('close', () => resolve())
    socket.on('end', () => resolve())
  })
  const checks = new Set<() => void>()
  const peer: Peer = {
    socket,
    received: '',
    closed,
    send: text => void socket.write(text, 'latin1'),
    until: enough =>
      new Promise((resolve, reject) => {
        const check = () => {
          if (!enough(peer.received)) return
          checks.delete(check)
          resolve()
        }
        checks.add(check)
        check()
        void closed.then(() => reject(new Error(`ended after: ${peer.received.slice(0, 400)}`)))
      }),
  }
  socket.on('error', () => {})
  if (!paused) {
    socket.on('data', chunk => {
      peer.received += chunk.toString('latin1')
      for (const check of checks) check()
    })
  }
  return peer
}

/** Answers the first request of each connection with `text`, the second with the next, and so on. */
export function answering(...texts: string[]): (peer: Peer) => void {
  return async peer => {
    let seen = 0
    for (const text of texts) {
      const before = seen
      try {
        await peer.until(received => received.indexOf('\r\n\r\n', before) !== -1)
      } catch {
        return
      }
      seen = peer.received.length
      peer.send(text)
    }
  }
}

export const ok = 'HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\nok'

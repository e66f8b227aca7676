import type { Server } from 'node:https'
import type { TLSSocket } from 'node:tls'
import type { Sessions } from './sessions.ts'

/** What the TLS handshake offers (RFC 7301), the better first. A client that asks for neither by name speaks HTTP/1.1. */
export const protocols = ['h2', 'http/1.1']

/**
 * Hands the connections that agreed on HTTP/2 to `sessions`. The server is one of HTTP/1.1 and stays
 * it: everything else about it, and about its other connections, is as it is without HTTP/2.
 */
export function divertHttp2(server: Server, sessions: Sessions): void {
  const [http1] = server.listeners('secureConnection')
  if (http1 === undefined) throw new Error('Cannot divert HTTP/2: the server serves no HTTP/1.1')
  server.off('secureConnection', http1 as () => void)
  server.on('secureConnection', (socket: TLSSocket) => {
    if (socket.alpnProtocol === 'h2') sessions.take(socket)
    else Reflect.apply(http1, server, [socket])
  })
}

import type { RequestListener, Server } from 'node:http'
import { createServer, type Server as TlsServer } from 'node:https'
import type { ServedCertificate } from '../config/listen-tls.ts'

/** PEM texts. */
export type Pair = Pick<ServedCertificate, 'cert' | 'key'>

/** Operators have tools of today. */
const minVersion = 'TLSv1.3'

/** Beyond loopback anybody may connect: what is slow, or too much, must not use this process up. */
const bounds = { handshakeTimeout: 10_000, headersTimeout: 10_000, requestTimeout: 30_000 }
const maxConnections = 256

/** Makes the servers of a listener over TLS, and gives all of them a renewed certificate. */
export function createSecureServers(first: Pair) {
  let current = texts(first)
  const servers: TlsServer[] = []
  return {
    create(onRequest: RequestListener): Server {
      const server = createServer({ ...bounds, ...current, minVersion }, onRequest)
      server.maxConnections = maxConnections
      servers.push(server)
      return server as unknown as Server
    },
    renew(certificate: Pair): void {
      current = texts(certificate)
      // Without the version again the server would take an older one from here on.
      for (const server of servers) server.setSecureContext({ ...current, minVersion })
    },
  }
}

function texts({ cert, key }: Pair): Pair {
  return { cert, key }
}

import type { RequestListener, Server } from 'node:http'
import { createServer, type Server as TlsServer } from 'node:https'
import type { AdminTls } from '../config/admin-rule.ts'

/** Operators have tools of today. */
const minVersion = 'TLSv1.3'

/** Beyond loopback anybody may connect: what is slow, or too much, must not use this process up. */
const bounds = { handshakeTimeout: 10_000, headersTimeout: 10_000, requestTimeout: 30_000 }
const maxConnections = 256

/** Makes the servers of a listener over TLS, and gives all of them a renewed certificate. */
export function createSecureServers(first: AdminTls) {
  let current = first
  const servers: TlsServer[] = []
  return {
    create(onRequest: RequestListener): Server {
      const server = createServer({ ...bounds, ...current, minVersion }, onRequest)
      server.maxConnections = maxConnections
      servers.push(server)
      return server as unknown as Server
    },
    renew(certificate: AdminTls): void {
      current = certificate
      // Without the version again the server would take an older one from here on.
      for (const server of servers) server.setSecureContext({ ...certificate, minVersion })
    },
  }
}

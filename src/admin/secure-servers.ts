import type { RequestListener, Server } from 'node:http'
import { createServer, type Server as TlsServer } from 'node:https'
import type { Socket } from 'node:net'
import type { ServedCertificate } from '../config/listen-tls.ts'

/** PEM texts. */
export type Pair = Pick<ServedCertificate, 'cert' | 'key'>

/** Operators have tools of today. */
const minVersion = 'TLSv1.3'

/** Beyond loopback anybody may connect: what is slow, or too much, must not use this process up. */
const bounds = {
  handshakeTimeout: 10_000,
  headersTimeout: 10_000,
  requestTimeout: 30_000,
  // Between two looks for those past their time.
  connectionsCheckingInterval: 1000,
}
const maxConnections = 256

/** Of these, what one network may have: nobody shuts operators out by holding all of them. */
const maxOfNetwork = 64

export interface SecureServersOptions {
  readonly tls: Pair
  /** The network of an address, by which connections are counted. */
  readonly networkOf: (address: string) => string
}

/** Makes the servers of a listener over TLS, and gives all of them a renewed certificate. */
export function createSecureServers({ tls, networkOf }: SecureServersOptions) {
  let current = texts(tls)
  const servers: TlsServer[] = []
  /** Connections by network. */
  const open = new Map<string, number>()

  function admit(socket: Socket): void {
    const network = networkOf(socket.remoteAddress ?? '')
    const count = open.get(network) ?? 0
    if (count >= maxOfNetwork) {
      socket.destroy()
      return
    }
    open.set(network, count + 1)
    socket.once('close', () => {
      const left = (open.get(network) ?? 0) - 1
      if (left > 0) open.set(network, left)
      else open.delete(network)
    })
  }

  return {
    create(onRequest: RequestListener): Server {
      const server = createServer({ ...bounds, ...current, minVersion }, onRequest)
      server.maxConnections = maxConnections
      server.prependListener('connection', admit)
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

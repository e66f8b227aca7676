import { connect, isIP, type Socket } from 'node:net'
import { connect as connectTls } from 'node:tls'
import type { Clock } from '../../clock.ts'
import type { UpstreamFault } from '../client.ts'
import { after } from './deadline.ts'

/** Where a tunnel leads, and how long it may take to get there. */
export interface TunnelUpstream {
  /** `http://host:port` or `https://host:port`; never shown to clients. */
  readonly origin: string
  readonly tls?: {
    /** PEM text of the authorities to trust instead of the system's. */
    readonly ca?: string
    /** Name to expect in the certificate, default the host of the origin. */
    readonly serverName?: string
  }
  /** Milliseconds for TCP and TLS together. */
  readonly connectTimeoutMs: number
  /** Milliseconds from the sent request to the whole head, and between two pieces of a refusal's body. */
  readonly headersTimeoutMs: number
  /** Bytes of the answer's head, interim answers included. */
  readonly maxHeaderBytes: number
}

export interface Connection {
  readonly socket: Socket
  /** Ends the connection without a further callback. */
  abort(): void
}

/** Opens one connection, over TLS with a verified certificate where the origin says https. */
export function connectUpstream(
  upstream: TunnelUpstream,
  clock: Clock,
  onConnected: () => void,
  onFault: (fault: UpstreamFault, cause?: Error) => void,
): Connection {
  const url = new URL(upstream.origin)
  const secure = url.protocol === 'https:'
  const host = url.hostname.replace(/^\[(.*)\]$/, '$1')
  const port = Number(url.port) || (secure ? 443 : 80)
  let reached = false
  let waiting = true

  const common = { host, port, allowHalfOpen: true, noDelay: true }
  const socket = secure
    ? connectTls({ ...common, ...tlsOptions(upstream.tls, host), ALPNProtocols: ['http/1.1'] })
    : connect(common)
  const cancelTimeout = after(clock, upstream.connectTimeoutMs, () => {
    fail('connect-timeout')
  })
  socket.once('connect', () => {
    reached = true
  })
  socket.once(secure ? 'secureConnect' : 'connect', () => {
    waiting = false
    cancelTimeout()
    onConnected()
  })
  // After the connection stands its end is told by 'close'; this listener keeps errors from being thrown.
  socket.on('error', cause => fail(reached && secure ? 'tls-failed' : 'connect-failed', cause))

  function fail(fault: UpstreamFault, cause?: Error): void {
    if (!waiting) return
    abort()
    onFault(fault, cause)
  }

  function abort(): void {
    waiting = false
    cancelTimeout()
    socket.destroy()
  }

  return { socket, abort }
}

function tlsOptions(tls: TunnelUpstream['tls'], host: string) {
  const name = tls?.serverName ?? host
  return {
    // An address may be verified but not be sent as SNI, RFC 6066 section 3.
    ...(isIP(name) === 0 ? { servername: name } : {}),
    ...(tls?.ca === undefined ? {} : { ca: tls.ca }),
  }
}

import { connect, type Socket } from 'node:net'
import { connect as connectTls } from 'node:tls'
import type { Clock } from '../../clock.ts'
import { afterAwake } from '../awake-clock.ts'
import type { UpstreamFault } from '../client.ts'
import type { DialTarget } from '../dial-target.ts'
import { refusesOurCertificate } from '../tls-trouble.ts'

/** Where a tunnel leads, and how long it may take to get there. */
export interface TunnelUpstream {
  readonly target: DialTarget
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

/**
 * Opens one connection, over TLS with a verified certificate where the origin says https. `onFault` comes
 * after `onConnected` only for a server that judges the gateway's certificate that late, see tls-trouble.ts.
 */
export function connectUpstream(
  upstream: TunnelUpstream,
  awake: Clock,
  onConnected: () => void,
  onFault: (fault: UpstreamFault, cause?: Error) => void,
): Connection {
  const { secure, host, port, tls, tlsFailed } = upstream.target
  let reached = false
  let waiting = true
  let over = false

  const common = { host, port, allowHalfOpen: true, noDelay: true }
  const socket = secure
    ? connectTls({ ...common, ...tls, ALPNProtocols: ['http/1.1'] })
    : connect(common)
  const cancelTimeout = afterAwake(awake, upstream.connectTimeoutMs, () => {
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
  socket.on('error', cause => {
    if (waiting) fail(reached && secure ? 'tls-failed' : 'connect-failed', cause)
    else if (refusesOurCertificate(cause)) fail('tls-failed', cause)
  })

  function fail(fault: UpstreamFault, cause?: Error): void {
    if (over) return
    abort()
    if (fault === 'tls-failed') tlsFailed(cause)
    onFault(fault, cause)
  }

  function abort(): void {
    over = true
    waiting = false
    cancelTimeout()
    socket.destroy()
  }

  return { socket, abort }
}

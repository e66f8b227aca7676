import { Socket } from 'node:net'
import type { Duplex } from 'node:stream'
import type { Clock } from '../../clock.ts'
import { afterAwake } from '../awake-clock.ts'
import type { UpstreamFault } from '../client.ts'
import { clientHeaders } from '../response-headers.ts'
import { connectUpstream, type TunnelUpstream } from './connect.ts'
import { createFinalHeadReader, type FinalHead } from './final-head.ts'
import { judgeAnswer } from './handshake.ts'
import { headText, upgradeHead } from './head-text.ts'
import { passRefusal, type RefusalEnd } from './refusal.ts'
import { type Relay, startRelay, type TunnelEnd } from './relay.ts'

/** Bytes that a client may send before the 101; beyond them its socket waits. */
const maxEarlyBytes = 65_536

export interface TunnelOptions {
  readonly request: {
    /** Origin-form target, canonical path and query. */
    readonly target: string
    /**
     * Flat name/value pairs, lower-case names, exactly one `host` and the client's `sec-websocket-*`
     * as sent; no `connection`, `upgrade` or framing headers.
     */
    readonly headers: readonly string[]
  }
  /** Socket of Node's `upgrade` event. Until `onFault` it belongs to the tunnel. */
  readonly client: Duplex
  /** Bytes that came behind the client's head. They reach the upstream behind its 101, in order. */
  readonly head: Buffer
  readonly upstream: TunnelUpstream
  /** Flat pairs that the gateway adds to the answer. */
  readonly responseHeaders: readonly string[]
  readonly clock: Clock
  /** By which the handshake is timed, see `AwakeClock`. */
  readonly awake: Clock
  /** Milliseconds that `close` waits for the client's Close frame, and that a half-ended tunnel may make no progress. */
  readonly closeTimeoutMs: number
  /** Milliseconds without a byte before the tunnel is closed with 1001; 0 for never. */
  readonly idleTimeoutMs: number
  /** The tunnel stands: the 101 is on its way to the client. */
  readonly onOpen: () => void
  /** Both connections of an open tunnel are gone. Last call. */
  readonly onClose: (end: TunnelEnd) => void
  /** The upstream gave an answer other than 101; it is being passed to the client as it came. */
  readonly onRefused: (status: number, headers: readonly string[]) => void
  /** That answer is over and the client's connection is ended. Last call. */
  readonly onRefusalEnd: (end: RefusalEnd) => void
  /**
   * There is no tunnel, and no byte went to the client: the caller answers it and ends the socket,
   * which is destroyed already if the client is gone. Last call.
   */
  readonly onFault: (fault: UpstreamFault, cause?: Error) => void
}

export interface Tunnel {
  /**
   * Puts a Close frame (RFC 6455 section 5.5.1) behind the frame that the client is being sent, drops
   * what the upstream sends from then on, passes the client's Close to the upstream and ends both. A
   * client that does not answer within `closeTimeoutMs`, or an upstream that leaves a frame unfinished
   * for as long, is ended without. During the handshake it is given up: `onFault('aborted')`.
   */
  close(code: number, reason: string): void
  /** Ends both connections now. */
  destroy(): void
  /** Resolves when the last callback has been made. */
  readonly closed: Promise<void>
}

/**
 * Opens a WebSocket (RFC 6455) through the gateway: one upstream connection of its own, never pooled;
 * the client gets the upstream's own answer, and after a valid 101 the bytes flow as they are.
 */
export function openTunnel(options: TunnelOptions): Tunnel {
  const { request, client, clock, awake, upstream: target } = options
  const closed = Promise.withResolvers<void>()
  const reader = createFinalHeadReader(target.maxHeaderBytes)
  const early: Buffer[] = []
  let earlyBytes = 0
  let cancelTimeout = () => {}
  /** What follows the handshake; null while that is under way. */
  let next: Pick<Relay, 'close' | 'destroy'> | null = null

  const connection = connectUpstream(target, awake, onConnected, fail)
  client.on('data', onEarly).on('end', onClientGone).on('close', onClientGone)
  client.on('error', onClientGone)
  if (client instanceof Socket) client.setNoDelay(true).setTimeout(0)
  if (options.head.length > 0) onEarly(options.head)
  // Its end may have come while nobody listened: a socket tells it once, also when it is not read.
  if (client.destroyed || client.readableEnded) process.nextTick(onClientGone)

  function onEarly(chunk: Buffer): void {
    early.push(chunk)
    earlyBytes += chunk.length
    if (earlyBytes >= maxEarlyBytes) client.pause()
  }

  function onClientGone(): void {
    fail('aborted')
  }

  function onConnected(): void {
    connection.socket.write(upgradeHead(request.target, request.headers), 'latin1')
    cancelTimeout = afterAwake(awake, target.headersTimeoutMs, () => fail('headers-timeout'))
    connection.socket.on('data', onAnswer).on('end', onBroken).on('close', onBroken)
  }

  function onBroken(): void {
    fail('reset')
  }

  function onAnswer(chunk: Buffer): void {
    let head: FinalHead | null
    try {
      head = reader.push(chunk)
    } catch (cause) {
      fail('protocol', cause as Error)
      return
    }
    if (head === null) return
    const verdict = judgeAnswer(request.headers, head)
    if (verdict === 'open') open(head)
    else if (verdict === 'refused') refuse(head)
    else fail('protocol', new Error(`Cannot open a tunnel: the upstream's 101 has a ${verdict}`))
  }

  /** The handshake is over: takes back every listener it set, with both sockets paused. */
  function settle(): void {
    cancelTimeout()
    const { socket } = connection
    socket.off('data', onAnswer).off('end', onBroken).off('close', onBroken)
    client.off('data', onEarly).off('end', onClientGone).off('close', onClientGone)
    client.pause()
    socket.pause()
  }

  function fail(fault: UpstreamFault, cause?: Error): void {
    if (next !== null) return
    settle()
    next = { close() {}, destroy: () => client.destroy() }
    connection.abort()
    client.resume() // what the client still sends is dropped, and its end is noticed
    options.onFault(fault, cause)
    closed.resolve()
  }

  function open(head: FinalHead): void {
    settle()
    const { socket } = connection
    if (earlyBytes > 0) client.unshift(Buffer.concat(early))
    if (head.end < head.bytes.length) socket.unshift(head.bytes.subarray(head.end))
    const headers = clientHeaders(withoutLength(head.headers), options.responseHeaders)
    const upgrade = ['connection', 'Upgrade', 'upgrade', 'websocket']
    client.write(headText(101, [...headers, ...upgrade]), 'latin1')
    next = startRelay({
      client,
      upstream: socket,
      clock,
      closeTimeoutMs: options.closeTimeoutMs,
      idleTimeoutMs: options.idleTimeoutMs,
      onEnd: end => {
        options.onClose(end)
        closed.resolve()
      },
    })
    options.onOpen()
  }

  function refuse(head: FinalHead): void {
    settle()
    connection.socket.unshift(head.bytes)
    const refusal = passRefusal({
      client,
      upstream: connection.socket,
      maxHeaderBytes: target.maxHeaderBytes,
      responseHeaders: options.responseHeaders,
      clock,
      stallTimeoutMs: target.headersTimeoutMs,
      closeTimeoutMs: options.closeTimeoutMs,
      onHead: options.onRefused,
      onEnd: end => {
        options.onRefusalEnd(end)
        closed.resolve()
      },
    })
    next = { close() {}, destroy: refusal.destroy }
  }

  return {
    close: (code, reason) => (next === null ? fail('aborted') : next.close(code, reason)),
    destroy: () => (next === null ? fail('aborted') : next.destroy()),
    closed: closed.promise,
  }
}

/** A 101 has no content, RFC 9110 section 15.2; some servers send `content-length: 0` all the same. */
function withoutLength(headers: readonly string[]): string[] {
  const kept: string[] = []
  for (let i = 0; i < headers.length; i += 2) {
    if (headers[i] !== 'content-length') kept.push(headers[i] as string, headers[i + 1] as string)
  }
  return kept
}

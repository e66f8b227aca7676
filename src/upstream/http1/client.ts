import type { Clock } from '../../clock.ts'
import { LinkedSet } from '../../linked-set.ts'
import type {
  Exchange,
  OriginClient,
  ResponseSink,
  UpstreamFault,
  UpstreamRequest,
} from '../client.ts'
import type { DialTarget } from '../dial-target.ts'
import { Connection } from './connection.ts'
import { Http1Exchange } from './exchange.ts'
import { PollGate } from './poll-gate.ts'

export interface OriginClientOptions {
  readonly target: DialTarget
  /** Sockets at one time, at least 1; a request that finds all of them in use fails with `busy`. */
  readonly maxConnections: number
  /** An idle connection is closed after this time, or earlier when the upstream says so. */
  readonly keepAliveTimeoutMs: number
  /** The largest answer head accepted, from the status line to the empty line. */
  readonly maxHeaderBytes: number
  readonly clock: Clock
  /** What a request may take goes by it; what a connection may rest, by `clock`, as at its other end. */
  readonly awake: Clock
}

/** How coarse all timeouts are. */
const sweepPeriodMs = 250
/** A turn of the event loop longer than this says nothing about its idle sockets: they were polled too long ago. */
const swiftTurnMs = 50
const maxSlowTurns = 4

/**
 * A lean HTTP/1.1 client for one origin: one request at a time per connection, last used connection first.
 *
 * A request goes onto an idle connection only after the event loop has polled that connection once more, so
 * that a FIN, or an answer that nobody asked for, is noticed before and not taken for the answer to this request.
 */
export function createHttp1Client(options: OriginClientOptions): OriginClient {
  const { target, maxConnections, clock, awake } = options
  const connections = new LinkedSet<Connection>()
  const idle = new PollGate<Connection>()
  const waiting = new PollGate<Http1Exchange>()
  let inFlight = 0
  let openSockets = 0
  let turning = false
  let lastTurn = 0
  let slowTurns = 0
  let whenClosed: PromiseWithResolvers<void> | null = null

  const owner = {
    awake,
    forget: (exchange: Http1Exchange) => waiting.remove(exchange),
    finished() {
      inFlight--
      settleClose()
    },
    released(connection: Connection) {
      connection.idleSince = clock.monotonic()
      if (whenClosed === null) idle.add(connection)
      else connection.destroy()
    },
    dropped(connection: Connection) {
      connections.delete(connection)
      idle.remove(connection)
    },
    closed() {
      openSockets--
      settleClose()
    },
  }

  const stopSweep = clock.every(sweepPeriodMs, sweep)

  function send(request: UpstreamRequest, sink: ResponseSink): Exchange {
    const exchange = new Http1Exchange(request, sink, owner)
    inFlight++
    if (whenClosed !== null) refuse(exchange, 'aborted')
    else if (idle.size > waiting.size) enqueue(exchange)
    else connect(exchange)
    return exchange
  }

  function enqueue(exchange: Http1Exchange): void {
    waiting.add(exchange)
    if (turning) return
    turning = true
    lastTurn = clock.monotonic()
    setImmediate(turn)
  }

  function connect(exchange: Http1Exchange): void {
    if (connections.size >= maxConnections) {
      refuse(exchange, 'busy')
      return
    }
    openSockets++
    connections.add(new Connection(target, exchange, options.maxHeaderBytes, owner))
  }

  /** Later, so that no sink is called from within `send`. */
  function refuse(exchange: Http1Exchange, fault: UpstreamFault): void {
    queueMicrotask(() => exchange.fail(fault))
  }

  /** Runs in the check phase, right after the event loop has polled. */
  function turn(): void {
    const now = clock.monotonic()
    const slow = now - lastTurn > swiftTurnMs
    lastTurn = now
    if (slow && slowTurns++ < maxSlowTurns) {
      setImmediate(turn)
      return
    }
    // No swift turn in sight: fresh connections need no proof.
    if (slow) for (const connection of idle.all()) connection.destroy()
    slowTurns = 0
    idle.turn()
    waiting.turn()
    while (waiting.ready.length > 0 && (idle.ready.length > 0 || idle.size === 0)) {
      const exchange = waiting.ready.shift() as Http1Exchange
      const connection = idle.ready.pop()
      if (connection === undefined) connect(exchange)
      else connection.assign(exchange)
    }
    turning = waiting.size > 0
    if (turning) setImmediate(turn)
  }

  function sweep(): void {
    const now = clock.monotonic()
    const awakeNow = awake.monotonic()
    for (const exchange of waiting.all()) {
      const fault = exchange.overdue(awakeNow)
      if (fault === null) continue
      waiting.remove(exchange)
      exchange.fail(fault)
    }
    for (const connection of connections.all()) {
      if (connection.exchange !== null) {
        const fault = connection.exchange.overdue(awakeNow)
        if (fault !== null) connection.fail(fault)
      } else {
        const limitMs = Math.min(options.keepAliveTimeoutMs, connection.idleLimitMs)
        if (now - connection.idleSince >= limitMs) connection.destroy()
      }
    }
  }

  function settleClose(): void {
    if (whenClosed === null || inFlight > 0 || openSockets > 0) return
    stopSweep()
    whenClosed.resolve()
  }

  return {
    origin: target.origin,
    get inFlight() {
      return inFlight
    },
    send,
    close() {
      if (whenClosed === null) {
        whenClosed = Promise.withResolvers<void>()
        for (const connection of idle.all()) connection.destroy()
        settleClose()
      }
      return whenClosed.promise
    },
  }
}

import type { IncomingMessage } from 'node:http'
import type { Duplex } from 'node:stream'
import type { Clock } from '../clock.ts'
import type { Assignment } from '../cohort/assignment.ts'
import { type Refusal, refusals } from '../errors.ts'
import type { Identified } from '../identity/identify.ts'
import { refuseOnSocket } from '../ingress/refuse.ts'
import type { GatewayRequest } from '../ingress/request.ts'
import type { AccessLog } from '../telemetry/access-log.ts'
import type { Metrics } from '../telemetry/metrics.ts'
import type { UpstreamFault } from '../upstream/client.ts'
import { isUnreached, refusalFor } from '../upstream/faults.ts'
import { leastBusy, reached, rest } from '../upstream/least-busy.ts'
import { openTunnel } from '../upstream/tunnel/open-tunnel.ts'
import type { Tunnels } from '../upstream/tunnel/tunnels.ts'
import { answerHeaders, type LiveRoute } from './live-route.ts'
import { matchRoute } from './match-route.ts'
import type { Serving } from './serving.ts'

export interface ServeWebSocketDeps {
  readonly serving: () => Serving
  readonly clock: Clock
  readonly tunnels: Tunnels
  readonly metrics: Metrics
  /** Null with the access log off. */
  readonly accessLog: AccessLog | null
  readonly draining: () => boolean
  /** Hears of a mistake of our own; the process goes on. */
  readonly onError: (error: unknown) => void
}

/** What the access log says of a handshake that is over. */
interface Handshake {
  readonly request: GatewayRequest
  readonly route: LiveRoute | null
  readonly assignment: Assignment | null
  readonly status: number
  readonly refusal: Refusal | null
}

/** The line of rooms for one WebSocket handshake: the same decisions as for HTTP, then a tunnel. */
export function createServeWebSocket(deps: ServeWebSocketDeps) {
  const { clock, tunnels, metrics, accessLog } = deps
  let turn = 0

  function tell({ request, route, assignment, status, refusal }: Handshake): void {
    const name = route?.config.name ?? null
    accessLog?.served({ request, route: name, assignment, outcome: null, refusal, status })
  }

  function turnAway(
    request: GatewayRequest,
    socket: Duplex,
    refusal: Refusal,
    route: LiveRoute | null,
    assignment: Assignment | null = null,
  ): void {
    if (route === null) metrics.refusals.inc({ route: '', reason: refusal })
    else route.metrics.refused(refusal)
    refuseOnSocket(socket, refusal, request.id)
    tell({ request, route, assignment, refusal, status: refusals[refusal].status })
  }

  function proceed(
    serving: Serving,
    request: GatewayRequest,
    socket: Duplex,
    early: Buffer,
    route: LiveRoute,
    identified: Identified,
  ): void {
    if (!identified.ok) {
      turnAway(request, socket, identified.refusal, route)
      return
    }
    const assignment = route.assign(request, identified.caller)
    const { variant } = assignment
    route.metrics.assigned(variant, assignment.reason)
    const origins = route.origins[variant]
    const { timeouts, websocket } = route.config.rules
    const client = leastBusy(origins, turn++, clock.monotonic())
    const host = origins.hostHeader === 'preserve' ? request.authority : new URL(client.origin).host
    const tunnel = openTunnel({
      request: {
        target: request.path + request.query,
        headers: ['host', host, ...request.headers, ...request.added],
      },
      client: socket,
      head: early,
      upstream: {
        origin: client.origin,
        tls: origins.tls,
        connectTimeoutMs: timeouts.connectMs,
        headersTimeoutMs: timeouts.headersMs,
        maxHeaderBytes: serving.snapshot.process.upstream.maxHeaderBytes,
      },
      responseHeaders: answerHeaders(request, route, assignment),
      clock,
      closeTimeoutMs: websocket.closeTimeoutMs,
      idleTimeoutMs: websocket.idleTimeoutMs,
      onOpen() {
        reached(client)
        route.metrics.tunnelOpened(variant)
        tell({ request, route, assignment, status: 101, refusal: null })
      },
      onClose(end) {
        route.metrics.tunnelClosed(variant)
        accessLog?.closed({ requestId: request.id, route: route.config.name, variant, ...end })
      },
      onRefused(status) {
        tell({ request, route, assignment, status, refusal: null })
      },
      onRefusalEnd() {},
      onFault(fault: UpstreamFault) {
        if (fault === 'aborted' && (socket.destroyed || socket.readableEnded)) {
          route.metrics.aborted(variant)
          tell({ request, route, assignment, status: 0, refusal: null })
          socket.destroy()
          return
        }
        if (isUnreached(fault)) rest(client, clock.monotonic())
        route.metrics.failed(variant, fault)
        const refusal = fault === 'aborted' ? 'draining' : refusalFor[fault]
        turnAway(request, socket, refusal, route, assignment)
      },
    })
    tunnels.add(variant, tunnel)
  }

  function fail(socket: Duplex, error: unknown): void {
    deps.onError(error)
    socket.destroy()
  }

  function serve(raw: IncomingMessage, socket: Duplex, early: Buffer): void {
    const serving = deps.serving()
    // Until a tunnel listens to it, an error of the socket is only the client going away.
    socket.on('error', () => socket.destroy())
    const admission = serving.admit(raw, true)
    if (!admission.ok) {
      const { refusal, id } = admission
      metrics.refusals.inc({ route: '', reason: refusal })
      accessLog?.refused(raw.socket.remoteAddress, refusal, id)
      refuseOnSocket(socket, refusal, id)
      return
    }
    const { request } = admission
    if (deps.draining()) {
      turnAway(request, socket, 'draining', null)
      return
    }
    const matched = matchRoute(serving, request)
    if (!matched.ok) {
      turnAway(request, socket, matched.refusal, null)
      return
    }
    const { route } = matched
    if (!route.mayOpen(request.headers).ok) {
      turnAway(request, socket, 'origin-refused', route)
      return
    }
    const identified = route.identify(request)
    if (identified instanceof Promise) {
      identified
        .then(later => proceed(serving, request, socket, early, route, later))
        .catch(error => fail(socket, error))
    } else {
      proceed(serving, request, socket, early, route, identified)
    }
  }

  return function serveWebSocket(raw: IncomingMessage, socket: Duplex, early: Buffer): void {
    try {
      serve(raw, socket, early)
    } catch (error) {
      fail(socket, error)
    }
  }
}

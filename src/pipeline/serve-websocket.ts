import type { IncomingMessage } from 'node:http'
import type { Socket } from 'node:net'
import type { Duplex } from 'node:stream'
import type { Clock } from '../clock.ts'
import { type Refusal, refusals } from '../errors.ts'
import { refuseOnSocket } from '../ingress/refuse.ts'
import type { GatewayRequest } from '../ingress/request.ts'
import type { AccessLog } from '../telemetry/access-log.ts'
import { secondsToProbe } from '../upstream/choose-origin.ts'
import { chooseVariant } from '../upstream/choose-variant.ts'
import type { UpstreamFault } from '../upstream/client.ts'
import { refusalFor } from '../upstream/faults.ts'
import { began, failed, provedNothing, succeeded } from '../upstream/origin.ts'
import { notAsked, type Outcome } from '../upstream/outcome.ts'
import { openTunnel } from '../upstream/tunnel/open-tunnel.ts'
import type { Tunnels } from '../upstream/tunnel/tunnels.ts'
import { type Passage, passDoors } from './doors.ts'
import { answerHeaders, type LiveRoute } from './live-route.ts'
import { allowHeader, matchRoute } from './match-route.ts'
import { type Overload, retryAfter } from './overload.ts'
import type { Protection } from './protection.ts'
import type { Revoking } from './revoking.ts'
import type { Serving } from './serving.ts'
import type { Away, Tell } from './tell.ts'
import type { Tracing } from './tracing.ts'
import { upstreamHandshake } from './upstream-handshake.ts'

export interface ServeWebSocketDeps {
  readonly serving: () => Serving
  readonly clock: Clock
  /** See `AwakeClock`. */
  readonly awake: Clock
  readonly tunnels: Tunnels
  readonly tell: Tell
  readonly saw: Protection['saw']
  /** Null with the access log off. */
  readonly accessLog: AccessLog | null
  readonly revoking: Revoking
  readonly enter: Overload['enter']
  readonly draining: () => boolean
  /** Whether a connection is better made anew. */
  readonly isOutdated: (socket: Socket) => boolean
  readonly tracing: Pick<Tracing, 'attempts'>
  /** Hears of a mistake of our own; the process goes on. */
  readonly onError: (error: unknown, requestId: string) => void
}

/** A handshake that was admitted and routed. */
interface Handshake {
  readonly serving: Serving
  readonly request: GatewayRequest
  readonly route: LiveRoute
  readonly socket: Duplex
  /** Bytes that came right behind it. */
  readonly early: Buffer
  /** `clock.monotonic()` at admission. */
  readonly startedAt: number
}

/** The line of rooms for one WebSocket handshake: the same decisions as for HTTP, then a tunnel. */
export function createServeWebSocket(deps: ServeWebSocketDeps) {
  const { clock, awake, tunnels, tell, accessLog } = deps

  function turnAway(away: Away, socket: Duplex, headers: readonly string[] = []): void {
    refuseOnSocket(socket, away.refusal, away.request.id, headers)
    tell.away(away)
  }

  function proceed(handshake: Handshake, passage: Passage): void {
    const { serving, request: asked, route, socket } = handshake
    const { headers } = passage
    if (!passage.ok) {
      const { refusal, detail, limit, claims } = passage
      turnAway({ request: asked, route, refusal, detail, limit, claims }, socket, headers)
      return
    }
    const { caller } = passage
    // Asked again: a token may have taken its time to verify.
    if (deps.draining()) {
      turnAway({ request: asked, route, refusal: 'draining' }, socket, headers)
      return
    }
    const full = deps.enter(route, 'websockets', socket)
    if (full !== null) {
      const away = { request: asked, route, refusal: full, claims: caller.claims }
      turnAway(away, socket, [...headers, ...retryAfter])
      return
    }
    const request = route.passOn === null ? asked : route.passOn(asked, caller)
    const assignment = route.assign(request, caller)
    tell.assigned(route, asked, caller, assignment)
    const askedAt = clock.monotonic()
    const awakeAt = awake.monotonic()
    const choice = chooseVariant(route.origins, assignment.variant, askedAt)
    const { unasked } = choice
    if (unasked !== null) deps.saw(route, request, caller, unasked)
    if (choice.origin === null) {
      const refusal = 'breaker-open'
      const seconds = String(secondsToProbe(route.origins.v1))
      refuseOnSocket(socket, refusal, request.id, ['retry-after', seconds, ...headers])
      const totalMs = askedAt - handshake.startedAt
      const ending = { outcomes: [choice.unasked], fallback: null, refusal, totalMs } as const
      const { status } = refusals[refusal]
      tell.ending({ request, route, caller, assignment, ending, status })
      return
    }
    const { variant, origin } = choice
    const fallback = unasked === null ? null : unasked.unavailable
    const isProbe = began(origin)
    const { trace } = request
    const traced =
      trace === null
        ? null
        : deps.tracing.attempts.ofRequest(request, trace).attempt(variant, origin.client.origin)
    const { timeouts, websocket } = route.config.rules
    if (variant === 'v2') {
      const latch = route.testers?.has(caller) ? route.testers.latch : route.latch
      if (latch !== null) latch.lastV2At = askedAt
    }

    function conclude(end: Partial<Outcome>, refusal: Refusal | null = null): void {
      const now = clock.monotonic()
      const waitedMs = awake.monotonic() - awakeAt
      const { status = 0 } = end
      const outcome: Outcome = {
        ...notAsked(variant, null),
        ...{ origin: origin.client.origin, attempts: 1 },
        ...{ headMs: status === 0 ? -1 : waitedMs, waitedMs, totalMs: now - askedAt },
        ...end,
      }
      traced?.end(status, outcome.fault ?? (outcome.clientAborted ? 'aborted' : null))
      deps.saw(route, request, caller, outcome)
      const outcomes = unasked === null ? ([outcome] as const) : ([unasked, outcome] as const)
      const shown = refusal === null ? status : refusals[refusal].status
      const ending = { outcomes, fallback, refusal, totalMs: now - handshake.startedAt }
      tell.ending({ request, route, caller, assignment, ending, status: shown })
    }

    function onFault(fault: UpstreamFault): void {
      if (fault === 'aborted' && (socket.destroyed || socket.readableEnded)) {
        provedNothing(origin, isProbe)
        conclude({ clientAborted: true })
        socket.destroy()
        return
      }
      failed(origin, isProbe, fault, clock.monotonic())
      const refusal = fault === 'aborted' ? 'draining' : refusalFor[fault]
      refuseOnSocket(socket, refusal, request.id, headers)
      conclude({ fault }, refusal)
    }

    const tunnel = openTunnel({
      request: upstreamHandshake(route, variant, origin, request, traced?.headers ?? []),
      client: socket,
      head: handshake.early,
      upstream: {
        target: origin.target,
        connectTimeoutMs: timeouts.connectMs,
        headersTimeoutMs: timeouts.headersMs,
        maxHeaderBytes: serving.snapshot.process.upstream.maxHeaderBytes,
      },
      responseHeaders: [
        'x-request-id',
        request.id,
        ...answerHeaders(route, assignment, fallback),
        ...headers,
      ],
      ...{ clock, awake },
      closeTimeoutMs: websocket.closeTimeoutMs,
      idleTimeoutMs: websocket.idleTimeoutMs,
      onOpen() {
        succeeded(origin, isProbe)
        route.metrics.tunnelOpened(variant)
        conclude({ status: 101 })
        deps.revoking.opened(caller.claims, tunnel)
      },
      onClose(end) {
        route.metrics.tunnelClosed(variant)
        accessLog?.closed(request, { route: route.config.name, variant, ...end })
      },
      onRefused(status, headers) {
        if (status >= 500) failed(origin, isProbe, null, clock.monotonic())
        else succeeded(origin, isProbe)
        conclude({ status, headers })
      },
      onRefusalEnd() {},
      onFault,
    })
    tunnels.add(variant, route.config.flag, tunnel)
  }

  function serve(raw: IncomingMessage, socket: Duplex, early: Buffer): void {
    const serving = deps.serving()
    const startedAt = clock.monotonic()
    // Until a tunnel listens to it, an error of the socket is only the client going away.
    socket.on('error', () => socket.destroy())
    const admission = serving.admit(raw, raw.headers)
    if (!admission.ok) {
      const { refusal, id } = admission
      tell.inadmissible(raw.socket.remoteAddress, refusal, id)
      refuseOnSocket(socket, refusal, id)
      return
    }
    const { request } = admission
    if (deps.draining()) {
      turnAway({ request, route: null, refusal: 'draining' }, socket)
      return
    }
    // A tunnel would outlast what is believed of its client; one more answer does not.
    if (deps.isOutdated(raw.socket)) {
      turnAway({ request, route: null, refusal: 'connection-outdated' }, socket)
      return
    }
    const matched = matchRoute(serving, request, request.method)
    if (!matched.ok) {
      const { refusal } = matched
      turnAway({ request, route: null, refusal }, socket, allowHeader(matched))
      return
    }
    const { route } = matched
    const handshake: Handshake = { serving, request, route, socket, early, startedAt }
    const passage = passDoors(route, request)
    if (passage instanceof Promise) {
      passage
        .then(later => proceed(handshake, later))
        .catch(error => fail(socket, request.id, error))
    } else {
      proceed(handshake, passage)
    }
  }

  /** A mistake of our own: the client sees the connection go, the operator what it was. */
  function fail(socket: Duplex, id: string, error: unknown): void {
    deps.onError(error, id)
    socket.destroy()
  }

  return function serveWebSocket(raw: IncomingMessage, socket: Duplex, early: Buffer): void {
    try {
      serve(raw, socket, early)
    } catch (error) {
      fail(socket, '', error)
    }
  }
}

import type { IncomingMessage, ServerResponse } from 'node:http'
import type { Clock } from '../clock.ts'
import type { Refusal } from '../errors.ts'
import type { Identified } from '../identity/identify.ts'
import { refuse } from '../ingress/refuse.ts'
import type { GatewayRequest } from '../ingress/request.ts'
import type { AccessLog } from '../telemetry/access-log.ts'
import type { Metrics } from '../telemetry/metrics.ts'
import { type Forward, forward } from '../upstream/forward.ts'
import type { Outcome } from '../upstream/outcome.ts'
import type { Stalls } from '../upstream/stalls.ts'
import { answerHeaders, type LiveRoute } from './live-route.ts'
import { matchRoute } from './match-route.ts'
import type { Serving } from './serving.ts'

export interface ServeHttpDeps {
  readonly serving: () => Serving
  readonly clock: Clock
  readonly stalls: Stalls
  readonly bodyTimeoutMs: number
  readonly sendTimeoutMs: number
  readonly metrics: Metrics
  /** Null with the access log off. */
  readonly accessLog: AccessLog | null
  readonly draining: () => boolean
  readonly newId: () => string
  /** Hears of a mistake of our own; the process goes on. */
  readonly onError: (error: unknown) => void
}

/** A forward that remembers its route, for what is told at its end. */
interface Routed extends Forward {
  readonly route: LiveRoute
  readonly serving: Serving
}

/** The line of rooms for one HTTP request: admit, route, identify, assign, forward. */
export function createServeHttp(deps: ServeHttpDeps) {
  const { clock, metrics, accessLog } = deps
  const forwardDeps = {
    clock,
    stalls: deps.stalls,
    bodyTimeoutMs: deps.bodyTimeoutMs,
    sendTimeoutMs: deps.sendTimeoutMs,
    refuse,
    onOutcome: (plan: Forward, outcome: Outcome, refusal: Refusal | null) =>
      conclude(plan as Routed, outcome, refusal),
  }

  function conclude(plan: Routed, outcome: Outcome, refusal: Refusal | null): void {
    const { route, assignment, request, serving } = plan
    if (outcome.clientAborted) route.metrics.aborted(outcome.variant)
    else route.metrics.answered(outcome.variant, outcome.status, outcome.totalMs / 1000)
    if (outcome.fault !== null) route.metrics.failed(outcome.variant, outcome.fault)
    if (outcome.attempts > 1) route.metrics.retried(outcome.variant, outcome.attempts - 1)
    if (refusal !== null) route.metrics.refused(refusal)
    if (accessLog !== null) {
      const status = outcome.clientAborted ? 0 : plan.response.statusCode
      accessLog.served({ request, route: route.config.name, assignment, outcome, refusal, status })
    }
    serving.inFlight.end()
  }

  function turnAway(
    serving: Serving,
    request: GatewayRequest,
    response: ServerResponse,
    refusal: Refusal,
    route: LiveRoute | null,
    headers: readonly string[] = [],
  ): void {
    if (route === null) metrics.refusals.inc({ route: '', reason: refusal })
    else route.metrics.refused(refusal)
    if (request.bodyLength !== 0) response.shouldKeepAlive = false
    refuse(response, refusal, request.id, headers)
    const status = response.statusCode
    const name = route?.config.name ?? null
    accessLog?.served({ request, route: name, assignment: null, outcome: null, refusal, status })
    serving.inFlight.end()
  }

  function proceed(
    serving: Serving,
    request: GatewayRequest,
    response: ServerResponse,
    route: LiveRoute,
    identified: Identified,
    startedAt: number,
  ): void {
    if (!identified.ok) {
      turnAway(serving, request, response, identified.refusal, route, challenge(identified.refusal))
      return
    }
    const assignment = route.assign(request, identified.caller)
    route.metrics.assigned(assignment.variant, assignment.reason)
    const plan: Routed = {
      serving,
      route,
      request,
      response,
      assignment,
      origins: route.origins[assignment.variant],
      policy: route.config.rules,
      retries: route.retries[assignment.variant],
      responseHeaders: answerHeaders(request, route, assignment),
      startedAt,
    }
    forward(plan, forwardDeps)
  }

  function fail(serving: Serving, response: ServerResponse, id: string, error: unknown): void {
    deps.onError(error)
    serving.inFlight.end()
    if (response.headersSent) response.destroy()
    else refuse(response, 'internal-error', id)
  }

  function serve(serving: Serving, raw: IncomingMessage, response: ServerResponse): void {
    const startedAt = clock.monotonic()
    const admission = serving.admit(raw, false)
    if (!admission.ok) {
      const { refusal, id } = admission
      metrics.refusals.inc({ route: '', reason: refusal })
      accessLog?.refused(raw.socket.remoteAddress, refusal, id)
      // Its framing is not trusted any more, so nothing else is read from this connection.
      response.shouldKeepAlive = false
      refuse(response, refusal, id)
      serving.inFlight.end()
      return
    }
    const { request } = admission
    const matched = matchRoute(serving, request)
    if (!matched.ok) {
      const allow =
        matched.allow.length === 0 ? [] : ['allow', [...new Set(matched.allow)].join(', ')]
      turnAway(serving, request, response, matched.refusal, null, allow)
      return
    }
    const { route } = matched
    const identified = route.identify(request)
    if (identified instanceof Promise) {
      identified
        .then(later => proceed(serving, request, response, route, later, startedAt))
        .catch(error => fail(serving, response, request.id, error))
    } else {
      proceed(serving, request, response, route, identified, startedAt)
    }
  }

  return function serveHttp(raw: IncomingMessage, response: ServerResponse): void {
    const serving = deps.serving()
    serving.inFlight.begin()
    if (deps.draining()) response.shouldKeepAlive = false
    try {
      serve(serving, raw, response)
    } catch (error) {
      fail(serving, response, deps.newId(), error)
    }
  }
}

/** RFC 6750 section 3. */
function challenge(refusal: Refusal): readonly string[] {
  return refusal === 'unauthenticated' ? ['www-authenticate', 'Bearer'] : []
}

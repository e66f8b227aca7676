import type { Assignment } from '../cohort/assignment.ts'
import type { EntranceFault } from '../entrance/entrance.ts'
import { type Refusal, refusals } from '../errors.ts'
import type { Caller } from '../identity/caller.ts'
import type { Claims } from '../identity/claims.ts'
import type { IdentityFault } from '../identity/identify.ts'
import type { GatewayRequest } from '../ingress/request.ts'
import type { AccessLog } from '../telemetry/access-log.ts'
import type { Metrics } from '../telemetry/metrics.ts'
import type { RouteMetrics } from '../telemetry/route-metrics.ts'
import type { Ending, Outcome } from '../upstream/outcome.ts'
import type { LiveRoute } from './live-route.ts'
import type { Recording } from './recording.ts'
import type { RefusalWatch } from './refusal-watch.ts'
import type { RequestSpans } from './request-spans.ts'
import type { ResidualTally } from './residual-tally.ts'

/** A request that an upstream was asked for. */
export interface Told {
  readonly request: GatewayRequest
  readonly route: LiveRoute
  readonly caller: Caller
  readonly assignment: Assignment
  readonly ending: Ending
  /** Status that the client got; 0 when it got none. */
  readonly status: number
  /** A fault made on purpose may have led to it: that says nothing about V2. */
  readonly rehearsed?: boolean
}

/** A request that no upstream got to see, and why. */
export interface Away {
  readonly request: GatewayRequest
  /** Null before routing. */
  readonly route: LiveRoute | null
  readonly refusal: Refusal
  /** What exactly was wrong with it or the caller's credentials; the client is not told. */
  readonly detail?: EntranceFault | IdentityFault | undefined
  /** Name of the rate limit that refused it. */
  readonly limit?: string | undefined
  /** What its caller had proved by then. */
  readonly claims?: Claims | null | undefined
}

/** Counts and logs how requests ended, HTTP and WebSocket alike. */
export function createTell(
  metrics: Metrics,
  accessLog: AccessLog | null,
  watch: Pick<RefusalWatch, 'refused'>,
  recording: Pick<Recording, 'assigned' | 'away' | 'preflight'>,
  residual: Pick<ResidualTally, 'assigned' | 'fellBack'>,
  spans: RequestSpans,
) {
  function refused(route: LiveRoute | null, reason: Refusal): void {
    if (route === null) metrics.refusals.inc({ route: '', reason })
    else route.metrics.refused(reason)
  }

  return {
    /** It is to be forwarded. `request` as it was asked. */
    assigned(
      route: LiveRoute,
      request: GatewayRequest,
      caller: Caller,
      assignment: Assignment,
    ): void {
      route.metrics.assigned(assignment.variant, assignment.reason)
      recording.assigned(route, request, caller, assignment)
      residual.assigned(route, request, caller, assignment)
    },
    /** It was to be forwarded, and this is what came of it. */
    ending(told: Told): void {
      const { request, route, caller, assignment, ending, status, rehearsed = false } = told
      const { metrics } = route
      for (const outcome of ending.outcomes) counted(metrics, outcome)
      if (ending.fallback !== null) {
        metrics.fellBack(ending.fallback)
        if (!rehearsed) {
          route.history.fellBack()
          residual.fellBack(route, request, caller)
        }
      }
      if (ending.refusal !== null) {
        metrics.refused(ending.refusal)
        watch.refused(ending.refusal, undefined, request.address)
      }
      if (request.trace !== null) spans.ended(told)
      accessLog?.served({ request, route: route.config.name, assignment, ending, status })
    },
    /** No upstream was asked. */
    away(away: Away): void {
      const { request, route, refusal, detail, limit } = away
      recording.away(away)
      refused(route, refusal)
      watch.refused(refusal, detail, request.address)
      if (detail !== undefined) route?.metrics.detailed(detail)
      if (request.trace !== null) spans.away(away)
      accessLog?.served({
        request,
        route: route?.config.name ?? null,
        assignment: null,
        ending: null,
        refusal,
        detail: detail ?? limit,
        status: refusals[refusal].status,
      })
    },
    /** A CORS preflight that got its answer here. */
    preflight(request: GatewayRequest, route: LiveRoute, status: number): void {
      route.metrics.preflighted()
      recording.preflight(request, route)
      if (request.trace !== null) spans.preflight(request, route, status)
      accessLog?.served({
        request,
        route: route.config.name,
        assignment: null,
        ending: null,
        answered: 'preflight',
        status,
      })
    },
    /** It was not even a request. `client` is the peer's address. */
    inadmissible(client: string | undefined, refusal: Refusal, requestId: string): void {
      refused(null, refusal)
      watch.refused(refusal, undefined, client)
      accessLog?.refused(client, refusal, requestId)
    },
  }
}

/** What one variant did. */
function counted(metrics: RouteMetrics, outcome: Outcome): void {
  const { variant, status, fault, attempts } = outcome
  if (outcome.clientAborted) metrics.aborted(variant)
  // What a client did wrong (a body too large or too slow) says nothing about the upstream.
  else if (status !== 0 || fault !== null) {
    metrics.answered(variant, status, outcome.totalMs / 1000)
  }
  if (fault !== null) metrics.failed(variant, fault)
  if (attempts > 1) metrics.retried(variant, attempts - 1)
}

export type Tell = ReturnType<typeof createTell>

import type { EntranceFault } from '../entrance/entrance.ts'
import type { Refusal } from '../errors.ts'
import type { Caller } from '../identity/caller.ts'
import { challengeOf } from '../identity/challenge.ts'
import type { Claims } from '../identity/claims.ts'
import type { Identified, IdentityFault } from '../identity/identify.ts'
import type { GatewayRequest } from '../ingress/request.ts'
import type { LimitDecision } from '../limits/route-limits.ts'
import type { LiveRoute } from './live-route.ts'

/** What came of the doors of a route. `headers` belong on the answer, whoever gives it: flat name/value pairs. */
export type Passage =
  | { readonly ok: true; readonly caller: Caller; readonly headers: readonly string[] }
  | {
      readonly ok: false
      readonly refusal: Refusal
      /** What the operator is told. */
      readonly detail?: EntranceFault | IdentityFault
      /** Name of the rate limit that refused. */
      readonly limit?: string
      /** What the caller had proved by then. */
      readonly claims?: Claims | null
      readonly headers: readonly string[]
    }

/** The doors of a route, and the rules by which refusals are put. */
export type Doors = Pick<LiveRoute, 'entrance' | 'identify' | 'limits'> & {
  readonly config: Pick<LiveRoute['config'], 'rules'>
}

const none: readonly string[] = []

/**
 * Leads a request that has a route through the doors before the assignment, the same for HTTP and for
 * WebSocket handshakes. Answers without a promise where each door does.
 */
export function passDoors(route: Doors, request: GatewayRequest): Passage | Promise<Passage> {
  let headers = none
  if (route.entrance !== null) {
    const entered = route.entrance.enter(request)
    if (!entered.ok) return entered
    headers = entered.headers
  }
  const identified = route.identify(request)
  return identified instanceof Promise
    ? identified.then(later => behindIdentity(route, request, headers, later))
    : behindIdentity(route, request, headers, identified)
}

/** `headers`: of the doors before. */
function behindIdentity(
  route: Doors,
  request: GatewayRequest,
  headers: readonly string[],
  identified: Identified,
): Passage | Promise<Passage> {
  if (!identified.ok) {
    const { refusal, reason, claims = null } = identified
    const { auth } = route.config.rules
    const challenge = challengeOf(identified, auth !== 'public' && auth.issuers.length > 0)
    return { ok: false, refusal, detail: reason, claims, headers: [...headers, ...challenge] }
  }
  const { caller } = identified
  if (route.limits === null) return { ok: true, caller, headers }
  const decision = route.limits.take(request, caller)
  return decision instanceof Promise
    ? decision.then(later => behindLimits(caller, headers, later))
    : behindLimits(caller, headers, decision)
}

function behindLimits(caller: Caller, before: readonly string[], decision: LimitDecision): Passage {
  const { allowed, limit } = decision
  const headers = before.length === 0 ? decision.headers : [...before, ...decision.headers]
  return allowed
    ? { ok: true, caller, headers }
    : { ok: false, refusal: 'rate-limited', limit, claims: caller.claims, headers }
}

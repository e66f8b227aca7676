import type { RouteGuard } from '../guard/route-guard.ts'
import type { Caller } from '../identity/caller.ts'
import type { GatewayRequest } from '../ingress/request.ts'
import type { UpstreamFault } from '../upstream/client.ts'
import type { Outcome } from '../upstream/outcome.ts'

const timeouts = new Set<UpstreamFault>(['connect-timeout', 'headers-timeout', 'body-timeout'])

/** Lets the guard of a route see what one variant did, as soon as that is settled. */
export function observe(
  guard: RouteGuard,
  { method, path }: Pick<GatewayRequest, 'method' | 'path'>,
  { properties }: Pick<Caller, 'properties'>,
  outcome: Outcome,
): void {
  if (saysNothing(outcome)) return
  const { variant, status, fault, unavailable, clientAborted, headMs, waitedMs, headers } = outcome
  // Our own limits, `upstream.maxConnections` and the thread that maps: nothing to blame it for.
  const isBusy = fault === 'busy'
  guard.observe({
    variant,
    status,
    failed: fault !== null && !isBusy,
    timedOut: isTimeout(fault),
    unavailable: isBusy || unavailable !== null,
    leftAfterMs: clientAborted ? waitedMs : -1,
    headMs,
    headers,
    method,
    path,
    properties,
  })
}

/** Whether an outcome says nothing at all about its variant. */
export function saysNothing(outcome: Outcome): boolean {
  const { status, fault, unavailable, clientAborted, provesNothing } = outcome
  if (provesNothing) return true
  // What a client did wrong (a body too large or too slow) says nothing about the upstream.
  if (status === 0 && fault === null && unavailable === null && !clientAborted) return true
  // Nor does what the gateway ended itself: a handshake under way when it leaves.
  return fault === 'aborted'
}

/** Whether nobody waited for the upstream any longer. */
export function isTimeout(fault: UpstreamFault | null): boolean {
  return fault !== null && timeouts.has(fault)
}

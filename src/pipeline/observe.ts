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
  if (outcome.provesNothing) return
  const { variant, status, fault, unavailable, clientAborted, headMs, waitedMs, headers } = outcome
  // What a client did wrong (a body too large or too slow) says nothing about the upstream.
  if (status === 0 && fault === null && unavailable === null && !clientAborted) return
  // Nor does what the gateway ended itself: a handshake under way when it leaves.
  if (fault === 'aborted') return
  // Our own limits, `upstream.maxConnections` and the thread that maps: nothing to blame it for.
  const isBusy = fault === 'busy'
  guard.observe({
    variant,
    status,
    failed: fault !== null && !isBusy,
    timedOut: fault !== null && timeouts.has(fault),
    unavailable: isBusy || unavailable !== null,
    leftAfterMs: clientAborted ? waitedMs : -1,
    headMs,
    headers,
    method,
    path,
    properties,
  })
}

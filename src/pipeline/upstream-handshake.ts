import type { Variant } from '../cohort/assignment.ts'
import type { GatewayRequest } from '../ingress/request.ts'
import { hostFor, type Origin } from '../upstream/origin.ts'
import type { LiveRoute } from './live-route.ts'

/** A WebSocket handshake as an origin of that variant gets it; `more` are headers for this attempt alone. */
export function upstreamHandshake(
  route: LiveRoute,
  variant: Variant,
  origin: Origin,
  { path, query, authority, headers, added }: GatewayRequest,
  more: readonly string[],
) {
  const host = hostFor(route.origins[variant], origin, authority)
  return route.mapHandshake[variant]({
    target: path + query,
    headers: ['host', host, ...headers, ...added, ...more],
  })
}

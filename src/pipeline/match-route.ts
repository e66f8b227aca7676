import type { Entered } from '../entrance/entrance.ts'
import { announcedMethod } from '../entrance/preflight.ts'
import type { Refusal } from '../errors.ts'
import { withoutParameters } from '../ingress/canonical-path.ts'
import type { GatewayRequest } from '../ingress/request.ts'
import type { Matched, RoutingTable } from '../routing/table.ts'
import type { LiveRoute } from './live-route.ts'

interface Unmatched {
  readonly ok: false
  readonly refusal: Refusal
  /** Methods that would have matched. */
  readonly allow: readonly string[]
}

type Routed<Route> = Matched<Route> | Unmatched

/** What routes are found in. */
export interface Tabled<Route> {
  readonly table: RoutingTable<Route>
}

/**
 * Finds the route of a request. Where `;parameters` stand in the path, a backend that cuts them off
 * would see another path; if that path had another route, the request is refused as ambiguous.
 */
export function matchRoute<Route>(
  serving: Tabled<Route>,
  { host, path }: GatewayRequest,
  method: string,
): Routed<Route> {
  const matched = serving.table.match(host, path, method)
  if (!path.includes(';')) return matched
  const bare = serving.table.match(host, withoutParameters(path), method)
  const same = matched.ok ? bare.ok && bare.route === matched.route : !bare.ok
  return same ? matched : { ok: false, refusal: 'bad-target', allow: [] }
}

/** What a 405 must say, RFC 9110 section 15.5.6; nothing for other refusals. */
export function allowHeader({ allow }: Unmatched): readonly string[] {
  return allow.length === 0 ? [] : ['allow', [...new Set(allow)].join(', ')]
}

/** A CORS preflight for a route whose policy answers it. */
export interface Preflight<Route = LiveRoute> {
  readonly route: Route
  readonly answer: (request: GatewayRequest) => Entered
}

/**
 * Finds the route of the request that a CORS preflight announces: its permissions are asked for, and
 * it may be another route than that of OPTIONS. Null for all that is to be served as any request.
 */
export function matchPreflight<Route extends Pick<LiveRoute, 'entrance'>>(
  serving: Tabled<Route>,
  request: GatewayRequest,
): Preflight<Route> | null {
  const method = announcedMethod(request)
  if (method === null) return null
  const matched = matchRoute(serving, request, method)
  const answer = matched.ok ? (matched.route.entrance?.answerPreflight ?? null) : null
  return matched.ok && answer !== null ? { route: matched.route, answer } : null
}

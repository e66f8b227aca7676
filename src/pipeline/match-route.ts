import type { Refusal } from '../errors.ts'
import { withoutParameters } from '../ingress/canonical-path.ts'
import type { GatewayRequest } from '../ingress/request.ts'
import type { Matched } from '../routing/table.ts'
import type { LiveRoute } from './live-route.ts'
import type { Serving } from './serving.ts'

type Routed = Matched<LiveRoute> | { ok: false; refusal: Refusal; allow: readonly string[] }

/**
 * Finds the route of a request. Where `;parameters` stand in the path, a backend that cuts them off
 * would see another path; if that path had another route, the request is refused as ambiguous.
 */
export function matchRoute(serving: Serving, request: GatewayRequest): Routed {
  const { host, path, method } = request
  const matched = serving.table.match(host, path, method)
  if (!path.includes(';')) return matched
  const bare = serving.table.match(host, withoutParameters(path), method)
  const same = matched.ok ? bare.ok && bare.route === matched.route : !bare.ok
  return same ? matched : { ok: false, refusal: 'bad-target', allow: [] }
}

import type { Clock } from '../clock.ts'
import type { FlagSource } from '../cohort/flag-source.ts'
import { altNames } from '../config/alt-names.ts'
import type { LinkedRoute, Snapshot } from '../config/snapshot.ts'
import type { Latches } from '../guard/latches.ts'
import type { RouteGuard } from '../guard/route-guard.ts'
import { createAdmission } from '../ingress/admit.ts'
import { createRoutingTable, type RoutingTable } from '../routing/table.ts'
import type { Metrics } from '../telemetry/metrics.ts'
import type { createOrigins } from '../upstream/origins.ts'
import type { Ids } from './ids.ts'
import { createInFlight, type InFlight } from './in-flight.ts'
import { createLiveRoute, type LiveRoute, type LiveRouteDeps } from './live-route.ts'
import type { MapClient } from './mappings.ts'
import type { Streams } from './streams.ts'
import type { Tracing } from './tracing.ts'

/** One snapshot made live: what a request holds on to from its first decision to its last byte. */
export interface Serving {
  readonly snapshot: Snapshot
  readonly admit: ReturnType<typeof createAdmission>
  readonly table: RoutingTable<LiveRoute>
  readonly routes: readonly LiveRoute[]
  /** The requests that started with this snapshot. */
  readonly inFlight: InFlight
}

export interface ServingDeps {
  readonly flags: FlagSource
  readonly origins: ReturnType<ReturnType<typeof createOrigins>['prepare']>
  readonly keySetAt: LiveRouteDeps['keySetAt']
  readonly clock: Clock
  readonly metrics: Metrics
  readonly ids: Ids
  readonly latches: Latches
  readonly streams: Streams
  readonly mapLive: MapClient
  readonly limitsOf: LiveRouteDeps['limitsOf']
  readonly experimentsOf: LiveRouteDeps['experimentsOf']
  readonly guardOf: (route: LinkedRoute) => RouteGuard | null
  readonly placesOf: LiveRouteDeps['placesOf']
  readonly isRevoked: LiveRouteDeps['isRevoked']
  readonly historyOf: LiveRouteDeps['historyOf']
  readonly mirrorOf: LiveRouteDeps['mirrorOf']
  readonly tracing: Pick<Tracing, 'beginsBy'>
}

/** Builds everything anew from a snapshot; nothing that serves now is touched. */
export function createServing(snapshot: Snapshot, deps: ServingDeps): Serving {
  const routes = snapshot.routes.map(route =>
    createLiveRoute(route, {
      ...deps,
      newSessionId: deps.ids.session,
      cookieSecret: snapshot.process.cookieSecret,
      originsOf: deps.origins.setFor,
    }),
  )
  return {
    snapshot,
    routes,
    admit: createAdmission({
      process: snapshot.process,
      namedHeaders: namedHeaders(snapshot),
      altNames,
      newId: deps.ids.request,
      beginTrace: deps.tracing.beginsBy(snapshot.process.tracing),
    }),
    inFlight: createInFlight(),
    table: createRoutingTable(routes.map(route => ({ match: route.config.match, route }))),
  }
}

/** Headers that some route or rate limit reads about its callers, or tells upstreams of them, lower-case. */
function namedHeaders(snapshot: Snapshot): Set<string> {
  const names = new Set<string>()
  for (const route of snapshot.routes) {
    for (const source of [route.user, ...Object.values(route.properties)]) {
      if (source !== undefined && 'header' in source) names.add(source.header.toLowerCase())
    }
    if (route.force !== undefined) names.add(route.force.header.toLowerCase())
    const { auth } = route.rules
    if (auth !== 'public') for (const { header } of auth.forward.claims) names.add(header)
    for (const part of route.rules.rateLimit.flatMap(({ key }) => key)) {
      if (part.kind === 'header') names.add(part.name)
    }
  }
  return names
}

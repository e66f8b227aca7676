import type { Clock } from '../clock.ts'
import type { PlacesStatus, PlaneStatus, RouteStatus, WorkerLatch } from '../fleet/planes.ts'
import type { LatchCell, Latches } from '../guard/latches.ts'
import type { Places } from '../limits/places.ts'
import { originStatuses } from '../upstream/origin-status.ts'
import type { Tunnels } from '../upstream/tunnel/tunnels.ts'
import type { FlagHolder } from './flag-holder.ts'
import type { Limiting } from './limiting.ts'
import type { LiveRoute } from './live-route.ts'
import type { Overload } from './overload.ts'
import type { Serving } from './serving.ts'

export interface PlaneStatusDeps {
  readonly pid: number
  readonly serving: Serving
  readonly flags: FlagHolder
  readonly latches: Latches
  readonly tunnels: Tunnels
  readonly overload: Overload
  readonly limiting: Limiting
  readonly clock: Clock
}

/** How this data plane is, as plain data. */
export function planeStatus(deps: PlaneStatusDeps): PlaneStatus {
  const { pid, serving, flags, latches, tunnels, overload, limiting, clock } = deps
  const { snapshot, routes } = serving
  return {
    pid,
    configVersion: snapshot.version,
    flags: flagsInUse(serving, flags),
    routes: routes.map(routeStatus),
    latches: latches.all().map(cell => latchStatus(cell, clock)),
    websocketsOpen: { v1: tunnels.count('v1'), v2: tunnels.count('v2') },
    shedding: overload.shedding(),
    rateLimits: routes.some(({ limits }) => limits !== null) ? limiting.mode() : null,
  }
}

export function routeStatus({ config, origins, places, mirror }: LiveRoute): RouteStatus {
  return {
    route: config.name,
    flag: config.flag ?? null,
    knownBy: {
      user: config.user !== undefined,
      properties: Object.keys(config.properties),
      stickyKey: config.stickyKey,
    },
    v1: originStatuses(origins.v1),
    v2: config.v2 === undefined ? [] : originStatuses(origins.v2),
    places: {
      requests: placesStatus(places.requests),
      websockets: placesStatus(places.websockets),
    },
    shadow: mirror === null ? null : mirror.parts.account.status(),
  }
}

function placesStatus(places: Places | null): PlacesStatus | null {
  return places === null ? null : { taken: places.taken(), limit: places.limit }
}

/** The flags that routes name, as held: what an operator would look for in Unleash. */
function flagsInUse({ snapshot }: Serving, flags: FlagHolder): PlaneStatus['flags'] {
  const status = flags.status()
  if (status === null) return null
  const names = new Set(snapshot.routes.flatMap(({ flag }) => flag ?? []))
  return {
    ...status,
    flags: [...names].map(name => flags.source()?.feature(name) ?? { name, known: false }),
  }
}

function latchStatus({ state, takenAt, lastV2At }: LatchCell, clock: Clock): WorkerLatch {
  // The one is read on the request path and monotonic; the other is what machines can compare.
  const ago = clock.monotonic() - lastV2At
  return { state, takenAt, lastV2At: lastV2At < 0 ? null : clock.now() - ago }
}

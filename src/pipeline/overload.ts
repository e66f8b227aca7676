import type { Duplex } from 'node:stream'
import type { Clock } from '../clock.ts'
import type { ClientResponse } from '../ingress/client-messages.ts'
import { createPlaces, type PlaceKind } from '../limits/places.ts'
import { createShedding } from '../limits/shedding.ts'
import type { Logger } from '../telemetry/log.ts'
import type { Metrics } from '../telemetry/metrics.ts'
import { createSheddingLog } from '../telemetry/shedding-log.ts'
import type { LiveRoute } from './live-route.ts'

export interface OverloadDeps {
  readonly clock: Clock
  /** A number in [0, 1). */
  readonly random: () => number
  readonly log: Logger
  readonly metrics: Metrics
  /** The routes in force. */
  readonly routes: () => readonly LiveRoute[]
}

export type Overload = ReturnType<typeof createOverload>

/** Seconds after which a refused client may try again. What is refused here is so for a moment. */
export const retryAfter: readonly string[] = ['retry-after', '1']

/** The last door before a variant is asked: whether this worker, and the route, have room for the request. */
export function createOverload({ clock, random, log, metrics, routes }: OverloadDeps) {
  const places = createPlaces()
  const shedding = createShedding({ clock, random, onEvent: createSheddingLog(log) })
  metrics.overload.watch(routes, shedding.status)

  return {
    placesOf: places.of,
    /** See `shedding.maxEventLoopLagMs`. */
    limitLag: shedding.limit,
    /** Null where shedding is off. */
    shedding: shedding.status,
    /** Whether any request is refused for a late event loop now. */
    isShedding: shedding.isShedding,
    /**
     * Null for a request that may go on; it has its place, if its route has places, until `holder` is
     * closed: the response with its last byte or its client, the socket of a WebSocket with the socket.
     */
    enter(
      route: Pick<LiveRoute, 'config' | 'places'>,
      kind: PlaceKind,
      holder: ClientResponse | Duplex,
    ): 'overloaded' | 'route-full' | null {
      // First, since it takes nothing that would have to be given back.
      if (shedding.sheds(route.config.rules.priority)) return 'overloaded'
      const room = route.places[kind]
      // A client that has left is told of nowhere any more, and nobody would give its place back.
      if (room === null || holder.destroyed) return null
      if (!room.take()) return 'route-full'
      holder.once('close', room.free)
      return null
    },
    close: shedding.close,
  }
}

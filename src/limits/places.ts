/** What has places of its own on a route: a request lasts milliseconds, a WebSocket may last a day. */
export const placeKinds = ['requests', 'websockets'] as const
export type PlaceKind = (typeof placeKinds)[number]

/** The places of one kind on one route, in this worker. */
export interface Places {
  readonly limit: number
  /** How many are taken now; over the limit for a while where a reload lowered it. */
  readonly taken: () => number
  /** False, with nothing taken, when all are. */
  readonly take: () => boolean
  /** Gives one back; to be called once for each that was taken. */
  readonly free: () => void
}

/**
 * The places of all routes. How many are taken belongs to the route and not to a snapshot: a reload,
 * also one that changes the limit, goes on with the count that is there.
 */
export function createPlaces() {
  const counts = new Map<string, { taken: number }>()

  return {
    /** Null for a limit of 0, which is none. */
    of(route: string, kind: PlaceKind, limit: number): Places | null {
      if (limit === 0) return null
      const key = `${kind} ${route}`
      const count = counts.get(key) ?? { taken: 0 }
      counts.set(key, count)
      return {
        limit,
        taken: () => count.taken,
        take() {
          if (count.taken >= limit) return false
          count.taken++
          return true
        },
        free() {
          count.taken--
        },
      }
    },
  }
}

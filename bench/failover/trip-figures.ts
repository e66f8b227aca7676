import type { Figure } from './figure.ts'
import { greatest, type Trip, type WorkerTrip } from './trips.ts'

/** Milliseconds from the trip to the last request that starts to V2, on every worker. */
export const mostAfterTripMs = 100

export interface TripLimits {
  readonly workers: number
  readonly faultAt: number
  /** Most requests that a worker may send to V2 from the first failure on until it trips. */
  readonly mostAsked?: number
  /** Nobody can tell a worker of another's trip: each is held to its own. */
  readonly isAlone?: boolean
}

/** What a trip cost V2's callers, and how fast it was. */
export function tripFigures(trip: Trip, limits: TripLimits): Figure[] {
  const { workers, faultAt, mostAsked, isAlone = false } = limits
  const { at, firstFailureAt } = trip
  const tripped = trip.workers.flatMap(worker => worker.at ?? [])
  return [
    {
      what: 'trips of a V2 that was well',
      value: tripped.filter(ms => ms < faultAt).length,
      most: 0,
    },
    { what: 'workers that did not trip', value: workers - tripped.length, most: 0 },
    {
      what: 'V2 requests from the first failure to the trip, worst worker',
      value: greatest(trip.workers.map(({ asked }) => asked)),
      ...(mostAsked !== undefined && { most: mostAsked }),
    },
    { what: 'ms from the fault to the trip', value: sinceOrNull(at, faultAt) },
    {
      what: 'ms from the first failure to the trip',
      value: firstFailureAt === null ? null : sinceOrNull(at, firstFailureAt),
    },
    {
      what: 'ms from the trip until every worker has it',
      value: at === null ? null : sinceOrNull(greatest(tripped), at),
    },
    {
      what: isAlone
        ? "ms from a worker's own trip to its last arrival at V2"
        : 'ms from the trip to the last arrival at V2',
      value:
        at === null ? null : greatest(trip.workers.map(each => arrivedAfter(each, at, isAlone))),
      most: mostAfterTripMs,
    },
  ]
}

function sinceOrNull(at: number | null, from: number): number | null {
  return at === null ? null : at - from
}

/** Milliseconds until the last request of a worker had come to V2. */
function arrivedAfter(worker: WorkerTrip, firstTrip: number, isAlone: boolean): number {
  const { at, lastArrivalAt } = worker
  const from = isAlone ? (at ?? firstTrip) : firstTrip
  return lastArrivalAt === null ? 0 : Math.max(0, lastArrivalAt - from)
}

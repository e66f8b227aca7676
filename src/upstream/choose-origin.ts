import type { Origin, OriginSet } from './origin.ts'

/** How much more than a busy origin each of these is to be avoided. */
const restingBurden = 1e9
const avoidedBurden = 2e9

/**
 * The least busy origin of a set that is not resting; among equals the next in turn, so that an idle
 * set is shared evenly. `now` is monotonic. A retry passes the origin to avoid.
 */
export function chooseOrigin(set: OriginSet, now: number, avoid: Origin | null = null): Origin {
  const { origins } = set
  const count = origins.length
  const turn = set.turn++
  let best = origins[turn % count] as Origin
  if (count > 1) {
    let least = burden(best, now, avoid)
    for (let step = 1; step < count; step++) {
      const candidate = origins[(turn + step) % count] as Origin
      const load = burden(candidate, now, avoid)
      if (load >= least) continue
      best = candidate
      least = load
    }
  }
  best.standing.chosen(now)
  return best
}

function burden(origin: Origin, now: number, avoid: Origin | null): number {
  return (
    origin.client.inFlight +
    (origin === avoid ? avoidedBurden : 0) +
    (origin.standing.rests(now) ? restingBurden : 0)
  )
}

import type { Origin, OriginSet } from './origin.ts'
import type { Unavailable } from './outcome.ts'

/** How much more than a busy origin each of these is to be avoided. */
const restingBurden = 1e9
const avoidedBurden = 2e9
const unhealthyBurden = 4e9

/**
 * The least busy origin of a set that is healthy and not resting; among equals the next in turn, so
 * that an idle set is shared evenly. Null when none may be asked. `now` is monotonic. A retry passes
 * the origin to avoid.
 */
export function chooseOrigin(
  set: OriginSet,
  now: number,
  avoid: Origin | null = null,
): Origin | null {
  const { origins } = set
  const count = origins.length
  const turn = set.turn++
  let best: Origin | null = null
  let least = Number.POSITIVE_INFINITY
  for (let step = 0; step < count; step++) {
    const candidate = origins[(turn + step) % count] as Origin
    const load = burden(set, candidate, now, avoid)
    if (load >= least) continue
    best = candidate
    least = load
  }
  best?.standing.chosen(now)
  return best
}

/** Why `chooseOrigin` finds none. */
export function whyNone({ origins }: OriginSet): Unavailable {
  return origins.every(({ health }) => health !== null && !health.healthy)
    ? 'unhealthy'
    : 'breaker-open'
}

/** Seconds until a breaker of the set lets a probe through, at least 1. */
export function secondsToProbe({ origins }: OriginSet): number {
  const restMs = Math.min(...origins.map(({ breaker }) => breaker?.restMs ?? 0))
  return Math.max(1, Math.ceil(restMs / 1000))
}

/** Infinite for an origin that may not be asked at all. */
function burden(set: OriginSet, origin: Origin, now: number, avoid: Origin | null): number {
  const { client, standing, breaker, health } = origin
  if (breaker !== null && !breaker.admits) return Number.POSITIVE_INFINITY
  let load = client.inFlight
  if (health !== null && !health.healthy) {
    if (!set.isLastResort) return Number.POSITIVE_INFINITY
    load += unhealthyBurden
  }
  if (origin === avoid) load += avoidedBurden
  return standing.rests(now) ? load + restingBurden : load
}

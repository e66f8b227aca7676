import type { OriginClient } from './client.ts'
import type { OriginSet } from './origins.ts'

/** Milliseconds for which an origin that could not be reached is asked only when there is no other. */
const restMs = 1000

/** Origins that could not be reached when last asked, and when to ask again. */
const resting = new WeakMap<OriginClient, number>()

/** No connection came about: a dead origin is never busy, and would be chosen before all others. */
export function rest(client: OriginClient, now: number): void {
  resting.set(client, now + restMs)
}

/** The origin answered. */
export function reached(client: OriginClient): void {
  if (resting.has(client)) resting.delete(client)
}

/**
 * The least busy client of a set that is not resting; among equals the next in turn, so that an idle
 * set is shared evenly. `turn` is any growing number, `now` is monotonic. A retry passes the client to
 * avoid. Whoever gets a client whose rest is over tries it for the others, who wait for what comes of it.
 */
export function leastBusy(
  set: OriginSet,
  turn: number,
  now: number,
  avoid?: OriginClient,
): OriginClient {
  const { clients } = set
  const count = clients.length
  let best = clients[turn % count] as OriginClient
  if (count === 1) return best
  let least = burden(best, now, avoid)
  for (let step = 1; step < count; step++) {
    const candidate = clients[(turn + step) % count] as OriginClient
    const load = burden(candidate, now, avoid)
    if (load >= least) continue
    best = candidate
    least = load
  }
  if (resting.has(best)) rest(best, now)
  return best
}

function burden(client: OriginClient, now: number, avoid: OriginClient | undefined): number {
  const until = resting.get(client)
  const rests = until !== undefined && now < until
  return client.inFlight + (client === avoid ? 2e9 : 0) + (rests ? 1e9 : 0)
}

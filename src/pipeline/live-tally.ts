import { liveName } from '../guard/live-v2.ts'
import type { Caller } from '../identity/caller.ts'
import type { Outcome } from '../upstream/outcome.ts'
import type { LiveRoute } from './live-route.ts'

/**
 * Counts in the worker the requests with which V2 was asked for clients, by flag. Testers look at V2
 * while nobody else is there, and must go on seeing it: they are no live traffic. Nor is a request that
 * V2 was not asked, its breaker being open: nothing that V2 says reached anybody.
 */
export function createLiveTally() {
  const requests = new Map<string, number>()

  return {
    saw(flag: string, route: TestedRoute, caller: Caller, { variant, attempts }: Outcome): void {
      if (variant === 'v1' || attempts === 0 || isTester(route, caller)) return
      requests.set(flag, (requests.get(flag) ?? 0) + 1)
    },
    /** Adds what was seen since the last call to a report of counts. */
    takeCounts(into: Record<string, number>): void {
      for (const [flag, count] of requests) into[liveName(flag)] = count
      requests.clear()
    },
  }
}

/** What says who its testers are: those of its policy, and those that may force a variant. */
type TestedRoute = Pick<LiveRoute, 'testers' | 'config'>

function isTester({ testers, config }: TestedRoute, caller: Caller): boolean {
  if (testers?.has(caller)) return true
  return caller.userId !== null && config.force?.users.includes(caller.userId) === true
}

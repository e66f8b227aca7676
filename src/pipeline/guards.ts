import type { LinkedRoute } from '../config/snapshot.ts'
import type { Evidence } from '../guard/latch-state.ts'
import { createRouteGuard, type RouteGuard } from '../guard/route-guard.ts'

/**
 * The guards of the routes. A reload that leaves the budgets of a route alone leaves what was found
 * so far alone too.
 *
 * @param onBreach Hears of a breach on a route of that flag.
 */
export function createGuards(onBreach: (flag: string, evidence: Evidence) => void) {
  let kept = new Map<string, RouteGuard | null>()

  function open(route: LinkedRoute): RouteGuard | null {
    const { flag } = route
    if (flag === undefined) return null
    return createRouteGuard({ route, onBreach: evidence => onBreach(flag, evidence) })
  }

  return {
    /** Opens the guards of a new snapshot; those in force stay so until `commit`. */
    prepare() {
      const next = new Map<string, RouteGuard | null>()
      return {
        guardOf(route: LinkedRoute): RouteGuard | null {
          // A V2 somewhere else is another V2.
          const { name, flag, rules, properties, v1, v2 } = route
          const key = JSON.stringify([name, flag, rules.budgets, properties, v1, v2])
          const known = kept.get(key)
          const guard = known === undefined ? open(route) : known
          next.set(key, guard)
          return guard
        },
        commit(): void {
          kept = next
        },
      }
    },
    /** Everything counted since the last call. */
    takeCounts(): Record<string, number> {
      const counts: Record<string, number> = {}
      for (const guard of kept.values()) guard?.takeCounts(counts)
      return counts
    },
  }
}

export type Guards = ReturnType<typeof createGuards>

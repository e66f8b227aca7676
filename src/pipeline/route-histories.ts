import type { Clock } from '../clock.ts'
import { type ControlPlane, historyPeriodMs } from '../fleet/planes.ts'
import { neverStep, stepOf } from '../guard/latency-steps.ts'
import { createRouteTally, noStep, type RouteTally } from '../history/route-tally.ts'
import type { Caller } from '../identity/caller.ts'
import type { GatewayRequest } from '../ingress/request.ts'
import type { Outcome } from '../upstream/outcome.ts'
import type { LiveRoute } from './live-route.ts'
import { isTimeout, saysNothing } from './observe.ts'

export interface RouteHistoriesDeps {
  readonly clock: Clock
  readonly control: Pick<ControlPlane, 'did'>
}

type Saw = (route: LiveRoute, request: GatewayRequest, caller: Caller, outcome: Outcome) => void

/** Counts in a worker what the variants of all routes do, and tells the control plane. */
export function createRouteHistories({ clock, control }: RouteHistoriesDeps) {
  const tallies = new Map<string, RouteTally>()

  function report(): void {
    const seen = [...tallies.values()].flatMap(tally => tally.take())
    if (seen.length > 0) control.did(seen)
  }
  const stopReports = clock.every(historyPeriodMs, report)

  return {
    /** Of one route; it goes on where it was when a reload brings the route again. */
    historyOf(route: string): RouteTally {
      const tally = tallies.get(route) ?? createRouteTally(route, neverStep)
      tallies.set(route, tally)
      return tally
    },
    /** Counts what one variant has done, and hands it on. */
    before:
      (saw: Saw): Saw =>
      (route, request, caller, outcome) => {
        count(route.history, outcome)
        saw(route, request, caller, outcome)
      },
    /** Tells the last of what was seen. */
    close(): void {
      stopReports()
      report()
    },
  }
}

export type RouteHistories = ReturnType<typeof createRouteHistories>

/** An error is what a budget on errors or on availability would hold against the variant. */
function count(history: RouteTally, outcome: Outcome): void {
  if (saysNothing(outcome)) return
  const { variant, status, fault, unavailable, clientAborted } = outcome
  const failed = !clientAborted && (fault !== null || unavailable !== null)
  history.saw(variant, stepSeen(outcome), status >= 500 || failed)
}

/** Whoever waited for an answer in vain has waited. A connection that was refused says nothing about time. */
function stepSeen({ headMs, waitedMs, fault }: Outcome): number {
  if (headMs >= 0) return stepOf(headMs)
  return isTimeout(fault) ? stepOf(waitedMs) : noStep
}

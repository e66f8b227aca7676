import type { Clock } from '../clock.ts'
import type { Snapshot } from '../config/snapshot.ts'
import { type ControlPlane, countsPeriodMs } from '../fleet/planes.ts'
import { type Evidence, trippedOn } from '../guard/latch-state.ts'
import { createLatches, type LatchCell } from '../guard/latches.ts'
import type { Caller } from '../identity/caller.ts'
import type { GatewayRequest } from '../ingress/request.ts'
import type { Logger } from '../telemetry/log.ts'
import type { Metrics } from '../telemetry/metrics.ts'
import type { Outcome } from '../upstream/outcome.ts'
import type { Tunnels } from '../upstream/tunnel/tunnels.ts'
import { createGuards } from './guards.ts'
import type { LiveRoute } from './live-route.ts'
import { createLiveTally } from './live-tally.ts'
import { observe } from './observe.ts'
import { createStreams } from './streams.ts'
import { createSwitchBack } from './switch-back.ts'
import { createV1Tally } from './v1-tally.ts'

export interface ProtectionDeps {
  readonly clock: Clock
  readonly log: Logger
  readonly metrics: Metrics
  /** A number in [0, 1). */
  readonly random: () => number
  /** Names this machine in latches. */
  readonly machine: string
  readonly control: ControlPlane
  readonly tunnels: Tunnels
  /** The routes and the snapshot in force. */
  readonly routes: () => readonly LiveRoute[]
  readonly snapshot: () => Snapshot
}

/**
 * What this worker does against a bad V2 by itself, whatever else is down: it judges, trips, and acts
 * on its own trip before it tells the control plane.
 */
export function createProtection(deps: ProtectionDeps) {
  const { clock, metrics, control } = deps
  const streams = createStreams(deps)
  const latches = createLatches({ clock, onChange })
  const guards = createGuards(trip)
  const v1 = createV1Tally()
  const live = createLiveTally()
  const switchBack = createSwitchBack({ ...deps, streams })

  function onChange(cell: LatchCell): void {
    metrics.latchTripped.set({ flag: cell.flag }, cell.tripped ? 1 : 0)
    if (cell.tripped) {
      void switchBack(cell)
      return
    }
    // What was held against V2 led to the trip; a resume begins anew.
    for (const { latch, guard } of deps.routes()) if (latch === cell) guard?.reset()
  }

  function trip(flag: string, evidence: Evidence): void {
    const { tripped, state } = latches.cellOf(flag)
    if (tripped) return
    const next = trippedOn(state, evidence, { by: deps.machine, since: clock.now() })
    latches.take(next)
    control.tripped(next)
  }

  const stopReports = clock.every(countsPeriodMs, () => {
    const counts = guards.takeCounts()
    v1.takeCounts(counts)
    live.takeCounts(counts)
    control.counted(counts)
  })

  return {
    latches,
    guards,
    streams,
    /** One variant has done with a request what it did. */
    saw(route: LiveRoute, request: GatewayRequest, caller: Caller, outcome: Outcome) {
      const { guard, latch } = route
      if (guard !== null) observe(guard, request, caller, outcome)
      if (latch?.tripped && outcome.variant === 'v1') v1.saw(latch.flag, outcome)
      else if (latch !== null) live.saw(latch.flag, route, caller, outcome)
    },
    close: stopReports,
  }
}

export type Protection = ReturnType<typeof createProtection>

import { after, type Clock } from '../../clock.ts'
import type { RunningGateway } from '../../run.ts'
import { createCost } from './cost.ts'
import { type FaultFacts, faultLine, switchBackLines } from './fault-lines.ts'
import { watchLatch } from './latch-watch.ts'
import type { Paint } from './paint.ts'
import type { FaultKind } from './sample-fault.ts'
import type { SampleService } from './sample-service.ts'
import { type SwitchBack, switchBackOf } from './switch-back.ts'
import type { Answered } from './traffic.ts'

export interface StagedFaultDeps {
  readonly kind: FaultKind | null
  /** Milliseconds until V2 fails. */
  readonly afterMs: number
  readonly clock: Clock
  readonly gateway: Pick<RunningGateway, 'status' | 'adminPort'>
  readonly v2: SampleService
  readonly out: (line: string) => void
  readonly paint: Paint
}

/** Lets V2 fail when its time comes, and tells what the gateway does about it. */
export function createStagedFault({ kind, afterMs, clock, ...deps }: StagedFaultDeps) {
  const { gateway, v2, out, paint } = deps
  let cost = null as ReturnType<typeof createCost> | null
  let first = null as SwitchBack | null

  const cancelFault = kind === null ? () => {} : after(clock, afterMs, () => begin(kind))

  function begin(fault: FaultKind): void {
    cost = createCost(clock.now())
    v2.fail(fault)
    out(faultLine(fault, paint))
  }

  const stopWatching = watchLatch({
    clock,
    status: gateway.status,
    onSwitchedBack(latch) {
      const requestsSince = kind === 'crash' ? (cost?.failedByV2() ?? 0) : v2.fault.requestsSince()
      const found = switchBackOf(latch, { firstFailureAt: v2.fault.firstAt(), requestsSince })
      if (cost !== null) first ??= found
      for (const line of switchBackLines(found, gateway.adminPort, paint)) out(line)
      // V2 is not asked from here on: whatever it fails next comes after a resume.
      v2.fault.countAnew(clock.now())
      cost?.countFailuresAnew(clock.now())
    },
    onResumed({ takenAt }) {
      out(paint('yellow', '  resumed: V2 is allowed again'))
      if (kind === 'crash') v2.fault.countAnew(takenAt)
    },
  })

  return {
    add: (answered: Answered): void => cost?.add(answered),
    stop(): void {
      cancelFault()
      stopWatching()
    },
    /** What came of it; null when no fault was asked for. */
    facts: (): FaultFacts | null =>
      kind === null ? null : { kind, cost: cost?.soFar() ?? null, switchBack: first },
  }
}

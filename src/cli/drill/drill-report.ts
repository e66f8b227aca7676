import type { LatchState } from '../../guard/latch-state.ts'
import { table } from '../table.ts'
import type { MachineSettled } from './settled-events.ts'
import { freshMs } from './testers-seen.ts'

/** How a drill went in one worker. */
export interface DrilledWorker {
  readonly machine: string
  readonly pid: number
  /** Milliseconds until it knew; null when it did not say. */
  readonly tookMs: number | null
  /** Milliseconds until the last tester's request to V2 started; null when it did not say. */
  readonly lastMs: number | null
  /** Whether testers were on V2 in this worker when the drill began: else `lastMs` shows nothing. */
  readonly hadTesters: boolean
  /** Whether V2 got testers again after the drill; null where that cannot be seen from here. */
  readonly v2Again: boolean | null
}

export interface DrillReport {
  readonly flag: string
  readonly withinMs: number
  /** Whether every worker knew, and asked V2 no more, within that time. */
  readonly isWithin: boolean
  readonly workers: readonly DrilledWorker[]
  /** What the drill's own traffic came to; null without. */
  readonly traffic: { readonly requests: number; readonly failed: number } | null
}

/** What was seen of the workers that could be asked after the drill. */
export interface SeenAfter {
  readonly machine: string
  readonly pids: readonly number[]
  /** Those of them in which testers were on V2 again. */
  readonly again: ReadonlySet<number>
}

/** The workers of all machines. */
export function drilledWorkers(
  { since }: LatchState,
  machines: readonly MachineSettled[],
  after: SeenAfter | null = null,
): readonly DrilledWorker[] {
  return machines.flatMap(({ machine, workers }) =>
    workers.map(({ pid, takenAt, lastV2At, msToLast }) => ({
      machine,
      pid,
      tookMs: takenAt === null ? null : Math.max(0, takenAt - since),
      lastMs: msToLast,
      hadTesters: lastV2At !== null && lastV2At >= since - freshMs,
      v2Again: after?.machine === machine && after.pids.includes(pid) ? after.again.has(pid) : null,
    })),
  )
}

export function areWithin(workers: readonly DrilledWorker[], withinMs: number): boolean {
  const isIn = (ms: number | null) => ms !== null && ms <= withinMs
  return workers.length > 0 && workers.every(({ tookMs, lastMs }) => isIn(tookMs) && isIn(lastMs))
}

/** What is said while the drill is under way. */
export function begunLines(flag: string): string[] {
  return [
    `The testers of ${flag}, and nobody else, are sent back to V1 for a few seconds.`,
    `If this command is killed they stay there, until: switchback drill ${flag} --end`,
  ]
}

/** The report for a person. */
export function drillText({ withinMs, isWithin, workers, traffic }: DrillReport): string[] {
  const rows = workers.map(({ machine, pid, tookMs, lastMs, hadTesters, v2Again }) => [
    machine,
    String(pid),
    millisecondsText(tookMs),
    hadTesters || lastMs === null ? millisecondsText(lastMs) : 'no tester was there',
    v2Again === null ? '–' : v2Again ? 'yes' : 'NOT YET',
  ])
  return [
    ...table([['machine', 'worker', 'knew after', 'last V2 request', 'V2 again'], ...rows]),
    ...(traffic === null
      ? []
      : [`  traffic: ${traffic.requests} requests, ${traffic.failed} failed`]),
    isWithin ? `every worker within ${withinMs} ms` : `NOT every worker within ${withinMs} ms`,
  ]
}

function millisecondsText(milliseconds: number | null): string {
  return milliseconds === null ? 'silent' : `${milliseconds} ms`
}

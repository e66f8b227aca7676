import type { LatchState } from '../../guard/latch-state.ts'
import type { PlaneStatus, WorkerProcessStatus } from '../planes.ts'
import { isSameChange } from './held-latches.ts'

/** How soon one worker stopped asking V2, all times in wall-clock milliseconds of its machine. */
export interface SettledWorker {
  readonly pid: number
  /** When it took the trip; null when it did not answer, or knows nothing of it. */
  readonly takenAt: number | null
  /** When the last request to V2 started there; null for none. */
  readonly lastV2At: number | null
  /** From the trip to that, 0 when none started after it; null where nobody can say. */
  readonly msToLast: number | null
}

/** What a machine found after a trip. */
export interface Settled {
  readonly flag: string
  /** Of the latch. */
  readonly version: number
  readonly workers: readonly SettledWorker[]
}

/**
 * The workers of this machine after a trip: those that answered, then those that did not. Where
 * another machine tripped, the difference of the two clocks is part of the figure.
 */
export function settledWorkers(
  state: LatchState,
  answered: readonly PlaneStatus[],
  processes: readonly WorkerProcessStatus[],
): readonly SettledWorker[] {
  // Those that start or leave take no requests.
  const silent = processes
    .filter(({ state: life }) => life === 'ready' || life === 'unresponsive')
    .filter(({ pid }) => !answered.some(status => status.pid === pid))
  return [
    ...answered.map(status => settledWorker(state, status)),
    ...silent.map(({ pid }) => ({ pid, takenAt: null, lastV2At: null, msToLast: null })),
  ]
}

function settledWorker(state: LatchState, { pid, latches }: PlaneStatus): SettledWorker {
  const latch = latches.find(each => isSameChange(each.state, state))
  if (latch === undefined) return { pid, takenAt: null, lastV2At: null, msToLast: null }
  const lastV2At = latch.lastV2At === null ? null : Math.round(latch.lastV2At)
  const msToLast = lastV2At === null ? 0 : Math.max(0, lastV2At - state.since)
  return { pid, takenAt: latch.takenAt, lastV2At, msToLast }
}

/** Milliseconds from the trip to the last request to V2 of any worker; null where one cannot say. */
export function slowestOf(workers: readonly SettledWorker[]): number | null {
  const each = workers.map(({ msToLast }) => msToLast)
  return each.includes(null) ? null : Math.max(0, ...each.map(Number))
}

/** `v2_migration: the last V2 request started 3 ms after the trip (2 workers)`. */
export function settledInWords({ flag, workers }: Settled): string {
  const count = workers.length === 1 ? '1 worker' : `${workers.length} workers`
  const silent = workers.filter(({ msToLast }) => msToLast === null).length
  const known = workers.filter(({ msToLast }) => msToLast !== null)
  const last = slowestOf(known) ?? 0
  const found =
    last === 0
      ? 'no V2 request started after the trip'
      : `the last V2 request started ${last} ms after the trip`
  if (known.length === 0) return `${flag}: none of ${count} says whether V2 is still asked`
  return `${flag}: ${found} (${count}${silent === 0 ? '' : `, ${silent} of them silent`})`
}

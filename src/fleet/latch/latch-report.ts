import type { LatchState } from '../../guard/latch-state.ts'
import type { AnnouncementStatus, LatchInWorker, LatchReport } from '../gateway-status.ts'
import type { PlaneStatus } from '../planes.ts'
import { type HeldLatch, isSameChange, type LatchTimes } from './held-latches.ts'
import type { LatchRules } from './latch-request.ts'

export interface LatchFacts {
  readonly rules: LatchRules
  /** Flags that routes name now. */
  readonly flags: readonly string[]
  readonly held: readonly HeldLatch[]
  readonly workers: readonly PlaneStatus[]
  readonly announcements: (flag: string) => readonly AnnouncementStatus[]
}

/** Tripped latches first, then by name; flags that never tripped are there as well, drills only once made. */
export function latchReports(facts: LatchFacts): readonly LatchReport[] {
  const { rules, flags, held } = facts
  const names = new Set([...flags, ...held.map(({ state }) => state.flag)])
  const drills = new Set([...names].map(rules.drillOf))
  const used = new Set([...flags, ...flags.map(rules.drillOf)])
  return [...names]
    .map(name => {
      const known = held.find(({ state }) => state.flag === name)
      const state = known?.state ?? rules.neverTripped(name)
      const workers = inWorkers(state, facts.workers)
      const times = known?.times ?? null
      const isDrill = drills.has(name)
      return {
        flag: name,
        isDrill,
        isUsed: used.has(name),
        state,
        times,
        workers,
        speed: speedInWords(state, times, workers),
        announcements: isDrill ? [] : facts.announcements(name),
      }
    })
    .sort((a, b) => rank(a) - rank(b) || (a.flag < b.flag ? -1 : 1))
}

function rank({ state, isDrill }: LatchReport): number {
  return (state.state === 'tripped' ? 0 : 2) + (isDrill ? 1 : 0)
}

/** The workers in which this very change is in force. */
function inWorkers(state: LatchState, workers: readonly PlaneStatus[]): LatchInWorker[] {
  return workers.flatMap(({ pid, latches }) =>
    latches
      .filter(latch => isSameChange(latch.state, state))
      .map(({ takenAt, lastV2At }) => ({ pid, takenAt, lastV2At })),
  )
}

/** Milliseconds after which a state was not seen to change but learned of later, at a start. */
const seenWithinMs = 30_000

function speedInWords(
  { state, since, reason }: LatchState,
  times: LatchTimes | null,
  workers: readonly LatchInWorker[],
): string | null {
  if (state !== 'tripped' || times === null || times.receivedAt - since > seenWithinMs) return null
  const live = workers.filter(({ takenAt }) => takenAt - since <= seenWithinMs)
  if (live.length === 0) return null
  const last = (moments: readonly number[]) => Math.max(0, Math.max(...moments) - since)
  const count = live.length === 1 ? '1 worker' : `${live.length} workers`
  const parts = [`switched back in ${last(live.map(({ takenAt }) => takenAt))} ms in ${count} here`]
  if (times.savedAt !== null) parts.push(`${last([times.savedAt])} ms on disk`)
  if (times.sharedAt !== null) parts.push(`${last([times.sharedAt])} ms in the shared store`)
  const asked = live.flatMap(({ lastV2At }) => lastV2At ?? [])
  if (asked.length > 0) {
    const after = Math.round(Math.max(...asked) - since)
    const when = after === 0 ? 'at' : after > 0 ? `${after} ms after` : `${-after} ms before`
    const what = reason === 'budget-breach' ? 'the breach' : 'the switch back'
    parts.push(`last V2 request ${when} ${what}`)
  }
  return parts.join(', ')
}

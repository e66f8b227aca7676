import type { LatchState } from '../../guard/latch-state.ts'
import type { HeldLatch } from './held-latches.ts'

/**
 * A trip that the shared store never had, put above an open state of a higher version: whoever opened
 * it did so earlier, and could not know of the trip. Null where the state of the store holds.
 */
export function unheardTrip(ours: HeldLatch | undefined, theirs: LatchState): LatchState | null {
  if (ours === undefined || ours.times.sharedAt !== null) return null
  const { state } = ours
  if (state.state === 'open' || theirs.state === 'tripped') return null
  const isOverruled = theirs.version > state.version
  return isOverruled && state.since > theirs.since
    ? { ...state, version: theirs.version + 1 }
    : null
}

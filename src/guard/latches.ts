import type { Clock } from '../clock.ts'
import { type LatchState, neverTripped, prevailing } from './latch-state.ts'

/** The latch of one flag as the request path reads it: one field, no call. */
export interface LatchCell {
  readonly flag: string
  /** True: every request of its routes goes to V1. */
  tripped: boolean
  /** What is known of it. */
  state: LatchState
  /** `clock.now()` when this process took that state; 0 for never. */
  takenAt: number
  /** `clock.monotonic()` at the start of the last request sent to V2; -1 for none. */
  lastV2At: number
}

/** The latches of one process. They outlive reloads: a latch belongs to its flag, not to a snapshot. */
export function createLatches({
  clock,
  onChange,
}: {
  readonly clock: Clock
  /** Hears of every change, after it is in force. */
  readonly onChange: (cell: LatchCell) => void
}) {
  const cells = new Map<string, LatchCell>()

  function cellOf(flag: string): LatchCell {
    const known = cells.get(flag)
    if (known !== undefined) return known
    const state = neverTripped(flag)
    const fresh = { flag, tripped: false, state, takenAt: 0, lastV2At: -1 }
    cells.set(flag, fresh)
    return fresh
  }

  return {
    cellOf,
    /** Takes a state from elsewhere; returns whether it prevailed over what was known. */
    take(state: LatchState): boolean {
      const cell = cellOf(state.flag)
      if (prevailing(cell.state, state) === cell.state) return false
      cell.state = state
      cell.tripped = state.state === 'tripped'
      cell.takenAt = clock.now()
      onChange(cell)
      return true
    },
    all: (): readonly LatchCell[] => [...cells.values()],
  }
}

export type Latches = ReturnType<typeof createLatches>

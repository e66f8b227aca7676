import type { Clock } from '../../clock.ts'
import type { LatchState } from '../../guard/latch-state.ts'
import type { Store } from '../stores/store.ts'
import type { LatchRules } from './latch-request.ts'

/** How far a change has come, in wall-clock milliseconds; null where it has not (yet). */
export interface LatchTimes {
  readonly receivedAt: number
  /** Every worker of this machine was told. */
  readonly broadcastAt: number
  /** It is on this machine's disk. */
  readonly savedAt: number | null
  /** The shared store has it. */
  readonly sharedAt: number | null
}

export interface HeldLatch {
  readonly state: LatchState
  readonly times: LatchTimes
}

export interface HeldLatchesDeps {
  readonly local: Store
  readonly rules: LatchRules
  readonly clock: Clock
  /** Tells every worker of this machine; must neither wait nor throw. */
  readonly broadcast: (state: LatchState) => void
  /** Another process of this machine wrote a state that prevails. */
  readonly onFound: (state: LatchState) => void
  readonly log: { warn(details: object, message: string): void }
}

/** The latches in force on this machine: in its memory, in its workers, on its disk. */
export function createHeldLatches({ local, rules, clock, ...deps }: HeldLatchesDeps) {
  const held = new Map<string, HeldLatch>()
  /** Flags whose state could not be written; `saveAgain` tries once more. */
  const unsaved = new Set<string>()

  function stateOf(flag: string): LatchState {
    return held.get(flag)?.state ?? rules.neverTripped(flag)
  }

  function mark(state: LatchState, times: Partial<LatchTimes>): void {
    const present = held.get(state.flag)
    if (present === undefined || !isSameChange(present.state, state)) return
    // What came first counts: a later look finds what is known already.
    const savedAt = present.times.savedAt ?? times.savedAt ?? null
    const sharedAt = present.times.sharedAt ?? times.sharedAt ?? null
    held.set(state.flag, { state: present.state, times: { ...present.times, savedAt, sharedAt } })
  }

  /** The embedded store has written when the call returns; what it then resolves with is only read. */
  function save(state: LatchState): void {
    unsaved.delete(state.flag)
    local.putLatch(state).then(
      inForce => {
        mark(state, { savedAt: clock.now() })
        deps.onFound(inForce)
      },
      error => {
        unsaved.add(state.flag)
        deps.log.warn({ flag: state.flag, error: String(error) }, 'a latch could not be saved')
      },
    )
  }

  return {
    stateOf,
    /** With how far it has come; undefined for a flag that nothing is known about. */
    of: (flag: string): HeldLatch | undefined => held.get(flag),
    mark,
    all: (): readonly HeldLatch[] => [...held.values()],
    /** Puts a state in force, workers first, then the disk; the one before, or null where it does not prevail. */
    hold(state: LatchState): LatchState | null {
      const before = stateOf(state.flag)
      if (rules.prevailing(before, state) === before) return null
      const receivedAt = clock.now()
      deps.broadcast(state)
      const times = { receivedAt, broadcastAt: clock.now(), savedAt: null, sharedAt: null }
      held.set(state.flag, { state, times })
      save(state)
      return before
    },
    saveAgain(): void {
      for (const flag of [...unsaved]) save(stateOf(flag))
    },
  }
}

/** Whether two states are the same change of the same latch. */
export function isSameChange(a: LatchState, b: LatchState): boolean {
  const sameState = a.flag === b.flag && a.version === b.version && a.state === b.state
  return sameState && a.since === b.since && a.by === b.by
}

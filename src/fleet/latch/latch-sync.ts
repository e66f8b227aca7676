import type { Clock } from '../../clock.ts'
import type { LatchState } from '../../guard/latch-state.ts'
import type { Store } from '../stores/store.ts'
import { isSameChange } from './held-latches.ts'
import type { LatchRules } from './latch-request.ts'

/** Milliseconds between two looks at the shared store: the most that a lost message costs. */
export const pollMs = 1000

export interface LatchSyncDeps {
  readonly shared: Store
  readonly clock: Clock
  readonly prevailing: LatchRules['prevailing']
  /** What this machine holds. */
  readonly held: () => readonly LatchState[]
  /** Hears every state that the shared store has. */
  readonly hear: (state: LatchState) => void
  /** The shared store has this very state. */
  readonly acknowledged: (state: LatchState) => void
  /** The first call that got through, or did not, after others. */
  readonly onReach: (reached: boolean, why: string) => void
}

/**
 * Keeps this machine and the shared store of one mind: hears what others put, looks again every
 * second, and puts again what the store does not have, because it was down or began empty.
 */
export function createLatchSync(deps: LatchSyncDeps) {
  const { shared, clock, prevailing } = deps
  let reached: boolean | null = null
  let looking: Promise<void> | null = null
  const stops: (() => void)[] = []

  function told(isReached: boolean, why: string): void {
    if (reached !== isReached) deps.onReach(isReached, why)
    reached = isReached
  }

  /** Puts a state; resolves with the one in force, or null where the store cannot be reached. */
  async function put(state: LatchState): Promise<LatchState | null> {
    try {
      const inForce = await shared.putLatch(state)
      told(true, '')
      if (isSameChange(inForce, state)) deps.acknowledged(state)
      return inForce
    } catch (error) {
      told(false, reasonOf(error))
      return null
    }
  }

  async function agree(): Promise<void> {
    const theirs = new Map<string, LatchState>()
    try {
      for (const state of await shared.latches()) theirs.set(state.flag, state)
    } catch (error) {
      told(false, reasonOf(error))
      return
    }
    for (const state of theirs.values()) deps.hear(state)
    for (const ours of deps.held()) {
      const known = theirs.get(ours.flag)
      if (known !== undefined && prevailing(known, ours) === known) {
        deps.acknowledged(ours)
        continue
      }
      const inForce = await put(ours)
      if (inForce === null) return
      deps.hear(inForce)
    }
    // Not before: a store that can be read may still refuse to be written to.
    told(true, '')
  }

  /** Looks once; a look under way is shared. */
  function look(): Promise<void> {
    looking ??= agree().finally(() => {
      looking = null
    })
    return looking
  }

  return {
    put,
    look,
    /** Whether the last call got through; null before the first. */
    reached: () => reached,
    /** Resolves after the first look, which is as bounded as every call of the store. */
    async start(): Promise<void> {
      stops.push(shared.onLatch(deps.hear))
      await look()
      stops.push(clock.every(pollMs, () => void look()))
    },
    async close(): Promise<void> {
      for (const stop of stops) stop()
      await looking
    },
  }
}

function reasonOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error)
}

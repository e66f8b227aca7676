import type { Clock } from '../../clock.ts'
import type { PlaneStatus, WorkerLatch } from '../../fleet/planes.ts'
import { exampleFlag } from './example.ts'

export interface LatchWatchDeps {
  readonly clock: Clock
  readonly status: () => Promise<readonly PlaneStatus[]>
  /** V2 gets nothing any more, and what was on its way to it has arrived. */
  readonly onSwitchedBack: (latch: WorkerLatch) => void
  readonly onResumed: (latch: WorkerLatch) => void
}

/** Milliseconds between two looks. What was on its way to V2 at the one is there at the next. */
const periodMs = 50

/** Tells when the latch of the example's flag trips and when it is open again; returns how to stop. */
export function watchLatch(deps: LatchWatchDeps): () => void {
  const { clock, status, onSwitchedBack, onResumed } = deps
  let toldVersion = 0
  let seenVersion = 0
  let stopped = false

  async function look(): Promise<void> {
    const [plane] = await status()
    const latch = plane?.latches.find(({ state }) => state.flag === exampleFlag)
    if (latch === undefined || stopped) return
    const { version, state } = latch.state
    if (version === toldVersion) return
    if (version !== seenVersion && state === 'tripped') {
      seenVersion = version
      return
    }
    toldVersion = version
    if (state === 'tripped') onSwitchedBack(latch)
    else onResumed(latch)
  }

  const stop = clock.every(periodMs, () => void look())
  return () => {
    stopped = true
    stop()
  }
}

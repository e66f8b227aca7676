import type { Clock } from '../clock.ts'
import { Linked, LinkedSet } from '../linked-set.ts'

/** Somebody we wait for, and what to do when nothing came for too long. */
export class Wait extends Linked {
  readonly limitMs: number
  readonly onStalled: () => void
  /** Monotonic milliseconds; set by whoever looks. */
  since = 0

  constructor(limitMs: number, onStalled: () => void) {
    super()
    this.limitMs = limitMs
    this.onStalled = onStalled
  }
}

/** Milliseconds between two looks at everybody who is waited for. */
const sweepMs = 500

/** Notices who makes no progress. One timer serves all waits, so a request costs none. */
export function createStalls(clock: Clock) {
  const waits = new LinkedSet<Wait>()

  const close = clock.every(sweepMs, () => {
    const now = clock.monotonic()
    for (const wait of waits.all()) {
      // One that had its end may have ended others.
      if (now - wait.since > wait.limitMs && waits.delete(wait)) wait.onStalled()
    }
  })

  return {
    /** The wait begins, or begins anew because there was progress. */
    start(wait: Wait): void {
      wait.since = clock.monotonic()
      waits.add(wait)
    },
    stop(wait: Wait): void {
      waits.delete(wait)
    },
    close,
  }
}

export type Stalls = ReturnType<typeof createStalls>

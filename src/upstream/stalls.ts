import type { Clock } from '../clock.ts'

/** Somebody we wait for, and what to do when nothing came for too long. */
export interface Wait {
  readonly limitMs: number
  readonly onStalled: () => void
}

/** Milliseconds between two looks at everybody who is waited for. */
const sweepMs = 500

/** Notices who makes no progress. One timer serves all waits, so a request costs none. */
export function createStalls(clock: Clock) {
  const waits = new Map<Wait, number>()

  const close = clock.every(sweepMs, () => {
    const now = clock.monotonic()
    for (const [wait, since] of waits) {
      if (now - since <= wait.limitMs) continue
      waits.delete(wait)
      wait.onStalled()
    }
  })

  return {
    /** The wait begins, or begins anew because there was progress. */
    start(wait: Wait): void {
      waits.set(wait, clock.monotonic())
    },
    stop(wait: Wait): void {
      waits.delete(wait)
    },
    close,
  }
}

export type Stalls = ReturnType<typeof createStalls>

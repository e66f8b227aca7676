import type { Clock } from '../clock.ts'

/** Milliseconds between two looks: a loop that is less late than this costs nobody much. */
export const lagPeriodMs = 20

/**
 * Tells how late the event loop comes to a timer, in milliseconds, which is how long anything that
 * becomes ready meanwhile waits for its turn: a request too, before it is even read. Returns how to
 * stop. Measured by the clock that everything else waits by, so that tests can make a loop late.
 */
export function watchLoopLag(clock: Clock, onLag: (lagMs: number) => void): () => void {
  let before = clock.monotonic()
  return clock.every(lagPeriodMs, () => {
    const now = clock.monotonic()
    onLag(Math.max(0, now - before - lagPeriodMs))
    before = now
  })
}

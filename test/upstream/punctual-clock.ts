import type { Clock } from '../../src/clock.ts'

export interface PunctualClock extends Clock {
  /** Moves time on and calls each timer when it is due, and no earlier. */
  advance(milliseconds: number): void
}

/** Time that stands still until the test moves it, for what depends on the periods of its timers. */
export function createPunctualClock(): PunctualClock {
  let time = 1_000_000
  const timers = new Set<{ at: number; periodMs: number; tick: () => void }>()
  return {
    now: () => time,
    monotonic: () => time,
    every(periodMs, tick) {
      const timer = { at: time + periodMs, periodMs, tick }
      timers.add(timer)
      return () => timers.delete(timer)
    },
    advance(milliseconds) {
      const until = time + milliseconds
      for (;;) {
        const due = [...timers].filter(({ at }) => at <= until).sort((a, b) => a.at - b.at)[0]
        if (due === undefined) break
        time = Math.max(time, due.at)
        due.at = time + Math.max(1, due.periodMs)
        due.tick()
      }
      time = until
    },
  }
}

import type { Clock } from '../../src/clock.ts'

export interface ManualClock extends Clock {
  /** Moves time on, calling what is due at each step of 250 ms. */
  advance(milliseconds: number): void
}

/** Time that stands still until the test moves it. */
export function createManualClock(): ManualClock {
  let time = 1_000_000
  const ticks = new Set<() => void>()
  return {
    now: () => time,
    monotonic: () => time,
    every(_periodMs, tick) {
      ticks.add(tick)
      return () => ticks.delete(tick)
    },
    advance(milliseconds) {
      for (let moved = 0; moved < milliseconds; moved += 250) {
        time += Math.min(250, milliseconds - moved)
        for (const tick of ticks) tick()
      }
    },
  }
}

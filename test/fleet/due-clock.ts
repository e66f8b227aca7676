import type { Clock } from '../../src/clock.ts'

export interface DueClock extends Clock {
  /** Moves time on, calling each period when it is due, in order. */
  advance(milliseconds: number): void
}

/** Time that stands still until the test moves it, and in which every period has its own length. */
export function createDueClock(start = 1_700_000_000_000): DueClock {
  let time = start
  const ticks = new Set<{ due: number; readonly periodMs: number; readonly tick: () => void }>()
  return {
    now: () => time,
    monotonic: () => time - start,
    every(periodMs, tick) {
      const each = { due: time + periodMs, periodMs, tick }
      ticks.add(each)
      return () => ticks.delete(each)
    },
    advance(milliseconds) {
      const end = time + milliseconds
      for (;;) {
        const [next] = [...ticks].sort((a, b) => a.due - b.due)
        if (next === undefined || next.due > end) break
        time = next.due
        next.due += next.periodMs
        next.tick()
      }
      time = end
    },
  }
}

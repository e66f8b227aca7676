import type { Clock } from '../../src/clock.ts'

export interface ManualClock extends Clock {
  /** Moves time on, calling each period when it is due, in order and no earlier. */
  advance(milliseconds: number): void
  /** Time goes by while the thread stands: each period that became due meanwhile is called once, late. */
  stand(milliseconds: number): void
}

/** Time that stands still until the test moves it. `start` is wall-clock time. */
export function createManualClock(start = 1_700_000_000_000): ManualClock {
  let time = start
  const ticks = new Set<{ due: number; readonly periodMs: number; readonly tick: () => void }>()
  return {
    now: () => time,
    // Not from 0, which nothing should take for "never".
    monotonic: () => time - start + 1_000_000,
    idle: () => time - start,
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
        time = Math.max(time, next.due)
        // A period of 0 comes as soon as it can, and time goes on.
        next.due = time + Math.max(1, next.periodMs)
        next.tick()
      }
      time = end
    },
    stand(milliseconds) {
      time += milliseconds
      for (const each of [...ticks].filter(({ due }) => due <= time)) {
        each.due = time + each.periodMs
        each.tick()
      }
    },
  }
}

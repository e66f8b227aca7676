import type { Clock } from '../../src/clock.ts'

/** A clock whose one period comes when the test says so, and as late as it says. */
export function createLateClock() {
  let time = 1_000_000
  let due: { readonly periodMs: number; readonly tick: () => void } | null = null
  const clock: Clock = {
    now: () => 1_700_000_000_000 + time,
    monotonic: () => time,
    idle: () => time,
    every(periodMs, tick) {
      due = { periodMs, tick }
      return () => {
        due = null
      }
    },
  }
  return {
    ...clock,
    isWatched: () => due !== null,
    /** The loop comes to its timer `lagMs` late, `times` times in a row. */
    late(lagMs: number, times = 1): void {
      for (let i = 0; i < times; i++) {
        time += (due?.periodMs ?? 0) + lagMs
        due?.tick()
      }
    },
  }
}

import type { Clock } from '../../clock.ts'

/** Milliseconds between two times that requests alone are written down: each write waits for the disk. */
const writeEveryMs = 10_000

/** Requests that were counted and are in no store yet. */
export function createUnwritten(clock: Clock) {
  const counts = new Map<string, { requests: number; writtenAt: number }>()

  function of(flag: string) {
    const count = counts.get(flag) ?? { requests: 0, writtenAt: clock.monotonic() }
    counts.set(flag, count)
    return count
  }

  return {
    /** All that are unwritten, with these. */
    add(flag: string, requests: number): number {
      const count = of(flag)
      count.requests += requests
      return count.requests
    },
    /** What was counted for nobody, as while another machine leads. */
    forget: (flag: string): void => void counts.delete(flag),
    isDue(flag: string): boolean {
      const { requests, writtenAt } = of(flag)
      return requests > 0 && clock.monotonic() - writtenAt >= writeEveryMs
    },
    written(flag: string, requests: number): void {
      const count = of(flag)
      count.requests -= requests
      count.writtenAt = clock.monotonic()
    },
  }
}

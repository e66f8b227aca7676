import type { Clock } from '../../clock.ts'

/** Milliseconds for which a share can be saved up. */
const longestSavingMs = 1000

/** Whether a share of one core is used up, over time: what was used too much of is waited for. */
export function createCpuShare(clock: Clock, share: number) {
  const most = share * longestSavingMs
  let left = most
  let at = clock.monotonic()

  function earn(): void {
    const now = clock.monotonic()
    left = Math.min(most, left + (now - at) * share)
    at = now
  }

  return {
    spend(cpuMs: number): void {
      earn()
      left -= cpuMs
    },
    /** What may be used at one go, since more is earned meanwhile. */
    mostMs(): number {
      earn()
      return share < 1 ? Math.max(0, left) / (1 - share) : Number.POSITIVE_INFINITY
    },
    isSpent(): boolean {
      if (left > 0) return false
      earn()
      return left <= 0
    },
  }
}

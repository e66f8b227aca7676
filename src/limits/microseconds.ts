import type { Clock } from '../clock.ts'

/** Monotonic time in whole microseconds, which debts are counted by. */
export function microseconds(clock: Clock): number {
  return Math.round(clock.monotonic() * 1000)
}

import type { Clock } from '../../src/clock.ts'

/** A clock of the same pace far from it, so that no time of the one can pass for a time of the other. */
export function shiftedClock(clock: Clock): Clock {
  return { ...clock, monotonic: () => clock.monotonic() + 100_000_000 }
}

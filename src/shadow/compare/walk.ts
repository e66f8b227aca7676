import type { Found } from './found.ts'

/** What comparing two documents may cost: values looked at, however often. */
const maxSteps = 2_000_000

/** Thrown when comparing would take too long. */
export class TooMuchWork extends Error {}

/** One comparison of two documents, with what it found and how much it may still look at. */
export interface Walk {
  readonly tolerance: number
  readonly found: Found
  /** Throws `TooMuchWork` once `maxSteps` were taken. */
  take(steps: number): void
}

export function createWalk(tolerance: number, found: Found): Walk {
  let left = maxSteps
  return {
    tolerance,
    found,
    take(steps) {
      left -= steps
      if (left < 0) throw new TooMuchWork()
    },
  }
}

import type { Observation } from './observation.ts'

/** Latency in steps of 5 %, from 0.1 ms to ten minutes, so that counts of it can be added up. */
const growth = Math.log(1.05)
const smallestMs = 0.1

/** Step of what never answered, above all others. */
export const neverStep = 321

/** From here on the steps of those whose client left before: it would have taken longer than that. */
export const leftFrom = neverStep + 1
export const lastStep = leftFrom + neverStep - 1

/** Step whose upper end is the first at or above `ms`. */
export function stepOf(ms: number): number {
  if (ms <= smallestMs) return 0
  return Math.min(neverStep - 1, Math.ceil(Math.log(ms / smallestMs) / growth - 1e-9))
}

/** Step of what was seen; null where it says nothing about time. */
export function stepSeen({ headMs, leftAfterMs, timedOut }: Observation): number | null {
  if (headMs >= 0) return stepOf(headMs)
  if (leftAfterMs >= 0) return leftFrom + stepOf(leftAfterMs)
  return timedOut ? neverStep : null
}

/** Milliseconds at the upper end of a step. */
export function upperEndMs(step: number): number {
  return smallestMs * Math.exp(step * growth)
}

/** Milliseconds in the middle of a step: whatever fell into it is at most 2.5 % off, or 0.1 ms in the first. */
export function middleOfStepMs(step: number): number {
  return smallestMs * Math.exp(Math.max(0, step - 0.5) * growth)
}

/** Latency in steps of 5 %, from 0.1 ms to ten minutes, so that counts of it can be added up. */
const growth = Math.log(1.05)
const smallestMs = 0.1

/** Step of what never answered, above all others. */
export const neverStep = 321

/** Step whose upper end is the first at or above `ms`. */
export function stepOf(ms: number): number {
  if (ms <= smallestMs) return 0
  return Math.min(neverStep - 1, Math.ceil(Math.log(ms / smallestMs) / growth - 1e-9))
}

/** Milliseconds at the upper end of a step. */
export function upperEndMs(step: number): number {
  return smallestMs * Math.exp(step * growth)
}

import { isReal, pairsUntil, type Seen } from './significance.ts'

/** Standard errors beyond which an excess is not plausible any more. */
const errors = 3

/** Of the rate of noise: who looks for less would never be done with a place that V1 fills with noise. */
const partOfNoise = 1 / 4

/**
 * How much more often than V1 from itself V2 may differ in a place, as far as what was seen does not speak
 * against it: the upper end of Newcombe's (1998, method 10) interval for the difference of two rates, out
 * of those of Wilson (1927) for each, which know that a rate is neither below 0 nor above 1.
 */
export function plausibleExcess(shadow: Seen, noise: Seen): number {
  const [v2, v1] = [rateOf(shadow), rateOf(noise)]
  const above = atMost(shadow) - v2
  return Math.max(0, v2 - v1 + Math.hypot(above, v1 - atLeast(noise)))
}

/** Whether V2 may differ so much more often in a place that a budget which allows so much must not pass. */
export function mayExceed(shadow: Seen, noise: Seen, allowed: number): boolean {
  // A part of what is sure of the noise: by what luck made it look, it would excuse the most when least is known.
  return plausibleExcess(shadow, noise) > Math.max(allowed, atLeast(noise) * partOfNoise)
}

/** How many more pairs tell whether it does, if both go on as they did; null where none do. */
export function pairsToTell(shadow: Seen, noise: Seen, allowed: number): number | null {
  const told = (v2: Seen, v1: Seen) => !mayExceed(v2, v1, allowed) || isReal(v2, v1, 'in-all')
  return pairsUntil(told, shadow, noise)
}

function rateOf({ times, of }: Seen): number {
  return of === 0 ? 0 : times / of
}

/** Wilson's lower limit of a rate. */
function atLeast({ times, of }: Seen): number {
  return 1 - atMost({ times: of - times, of })
}

/** Wilson's upper limit of a rate. */
function atMost({ times, of }: Seen): number {
  if (of === 0) return 1
  const rate = times / of
  const square = errors ** 2
  const spread = errors * Math.sqrt((rate * (1 - rate)) / of + square / (4 * of ** 2))
  return (rate + square / (2 * of) + spread) / (1 + square / of)
}

import { createRandom } from '../src/cli/demo/random.ts'

/** Between which two values something lies with a certainty of 95 %. */
export type Interval = readonly [low: number, high: number]

const draws = 2000
const outside = 0.025
/** The same rounds come to the same interval. */
const seed = 20_261_121

/**
 * The interval of a statistic of some rounds: whole rounds are drawn anew, with replacement, and the
 * statistic is that of those (Efron's percentile bootstrap, by blocks). One collection or one stall makes
 * several requests in a row slow, so that requests are not independent of each other; rounds are.
 *
 * @param statistic Of the rounds, each taken so many times.
 * @returns NaN for both where it is NaN for any draw.
 */
export function bootstrapInterval(
  rounds: number,
  statistic: (times: readonly number[]) => number,
): Interval {
  const random = createRandom(seed)
  const drawn = Array.from({ length: draws }, () => {
    const times = Array.from({ length: rounds }, () => 0)
    for (let i = 0; i < rounds; i++) (times[Math.floor(random() * rounds)] as number)++
    return statistic(times)
  })
  if (drawn.some(Number.isNaN)) return [Number.NaN, Number.NaN]
  drawn.sort((a, b) => a - b)
  const at = (part: number) => drawn[Math.round(part * (draws - 1))] as number
  return [at(outside), at(1 - outside)]
}

import { createRandom } from '../../src/cli/demo/random.ts'
import type { Paired } from './turns.ts'

/** What was measured in each round. */
type Rounds = readonly (readonly number[])[]

/** How much more one side has, and between which two values that lies with a certainty of 95 %. */
export interface PooledDifference {
  readonly off: number
  readonly on: number
  readonly more: number
  readonly interval: readonly [number, number]
}

const draws = 2000
const outside = 0.025
/** The same rounds come to the same interval. */
const seed = 20_261_121

/**
 * The quantile of all rounds of a side together, and how much more it is with the shadow. A single round
 * has too few values for a tail; all of them have enough, but they are not independent: one collection or
 * one stall makes several in a row slow. So the interval comes from drawing whole pairs of rounds anew,
 * with replacement, and doing the same with those (Efron's percentile bootstrap, by blocks).
 *
 * @param share Such as 0.99. All is NaN where nothing was measured.
 */
export function pooledDifference({ off, on }: Paired<readonly number[]>, share: number) {
  const quantiles = { off: pool(off, share), on: pool(on, share) }
  const once = on.map(() => 1)
  const [without, with_] = [quantiles.off(once), quantiles.on(once)]
  const random = createRandom(seed)
  const drawn = Array.from({ length: draws }, () => {
    const times = on.map(() => 0)
    for (const _ of on) (times[Math.floor(random() * on.length)] as number)++
    return quantiles.on(times) - quantiles.off(times)
  }).sort((a, b) => a - b)
  const at = (part: number) => drawn[Math.round(part * (draws - 1))] as number
  return {
    off: without,
    on: with_,
    more: with_ - without,
    interval: [at(outside), at(1 - outside)],
  } satisfies PooledDifference
}

/** The value that this share of them all does not exceed, each round taken so many times; NaN for none. */
function pool(rounds: Rounds, share: number): (times: readonly number[]) => number {
  const worstFirst = rounds
    .flatMap((values, round) => values.map(value => ({ value, round })))
    .sort((a, b) => b.value - a.value)
  return times => {
    const total = rounds.reduce((sum, { length }, round) => sum + length * (times[round] ?? 0), 0)
    let above = total - Math.ceil(total * share)
    for (const { value, round } of worstFirst) {
      above -= times[round] ?? 0
      if (above < 0) return value
    }
    return Number.NaN
  }
}

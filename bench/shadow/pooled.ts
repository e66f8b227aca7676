import { bootstrapInterval, type Interval } from '../bootstrap.ts'
import { pooledQuantile } from '../pooled-quantile.ts'
import type { Paired } from './turns.ts'

/** How much more one side has, and between which two values that lies with a certainty of 95 %. */
export interface PooledDifference {
  readonly off: number
  readonly on: number
  readonly more: number
  readonly interval: Interval
}

/**
 * The quantile of all rounds of a side together, and how much more it is with the shadow. The interval comes
 * from drawing whole pairs of rounds anew: what hits both sides of one is no difference.
 *
 * @param share Such as 0.99. All is NaN where nothing was measured.
 */
export function pooledDifference({ off, on }: Paired<readonly number[]>, share: number) {
  const quantiles = { off: pooledQuantile(off, share), on: pooledQuantile(on, share) }
  const once = on.map(() => 1)
  const [without, with_] = [quantiles.off(once), quantiles.on(once)]
  return {
    off: without,
    on: with_,
    more: with_ - without,
    interval: bootstrapInterval(on.length, times => quantiles.on(times) - quantiles.off(times)),
  } satisfies PooledDifference
}

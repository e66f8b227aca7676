import type { NotCompared, Sample } from '../difference.ts'
import { latencyBucket } from '../latency-buckets.ts'
import type { Pair } from '../pair.ts'
import type { RouteReport } from '../report.ts'
import { sumsOf } from './batch.ts'
import { createPairSums } from './pair-sums.ts'
import type { BatchResult } from './thread-messages.ts'
import { createToldPlaces } from './told-places.ts'

/** What was found out about one route and basis since the last report. */
export function createRouteSums(route: string, basis: string) {
  const told = createToldPlaces()
  const sums = {
    shadow: createPairSums(told),
    unrepeatable: createPairSums(told),
    noise: createPairSums(told),
  }
  let samples: Sample[] = []

  const isEmpty = () => Object.values(sums).every(each => each.isEmpty())

  return {
    isEmpty,
    addLatency(pair: Pair<unknown>): void {
      sums[sumsOf(pair)].addLatency(latencyBucket(pair.b.headMs - pair.a.headMs))
    },
    addNotCompared(pair: Pair<unknown>, reason: NotCompared): void {
      sums[sumsOf(pair)].addNotCompared(reason, 1)
    },
    add(result: Pick<BatchResult, 'results' | 'samples'>): void {
      for (const each of result.results) sums[each.sums].add(each)
      samples.push(...result.samples)
    },
    /** Null where there is nothing to tell. */
    take(): RouteReport | null {
      if (isEmpty()) return null
      const report = {
        route,
        basis,
        shadow: sums.shadow.take(),
        unrepeatable: sums.unrepeatable.take(),
        noise: sums.noise.take(),
        samples,
      }
      samples = []
      told.clear()
      return report
    },
  }
}

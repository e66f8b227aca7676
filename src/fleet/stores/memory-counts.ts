import type { Clock } from '../../clock.ts'
import type { Counts } from '../../guard/observation.ts'
import { bucketAt, dueBuckets, oldestKept } from './count-buckets.ts'

/**
 * Buckets of counts for a store with one machine behind it. In memory: they are worth nothing after
 * ten seconds, and four writes to disk a second are not.
 */
export function createMemoryCounts(clock: Clock) {
  const buckets = new Map<number, Record<string, number>>()
  let taken: number | null = null

  return {
    add(counts: Counts): void {
      const now = clock.now()
      const oldest = oldestKept(now)
      for (const bucket of buckets.keys()) if (bucket < oldest) buckets.delete(bucket)
      const open = buckets.get(bucketAt(now)) ?? {}
      buckets.set(bucketAt(now), open)
      for (const [series, n] of Object.entries(counts)) open[series] = (open[series] ?? 0) + n
    },
    take(): Counts[] {
      const now = clock.now()
      const { first, last } = dueBuckets(now, taken)
      taken = last
      return [...buckets]
        .filter(([bucket]) => bucket >= first && bucket <= last)
        .sort(([a], [b]) => a - b)
        .map(([, counts]) => counts)
    },
  }
}

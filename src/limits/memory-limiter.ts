import type { Clock } from '../clock.ts'
import { Buckets } from './buckets.ts'
import type { Limiter } from './limiter.ts'
import { microseconds } from './microseconds.ts'

export interface MemoryLimiterOptions {
  readonly clock: Clock
  /** Buckets that are held at most; default 100,000. */
  readonly maxBuckets?: number
}

/** Limits of this process alone, answered at once. */
export function createMemoryLimiter({ clock, maxBuckets }: MemoryLimiterOptions): Limiter {
  const buckets = new Buckets(maxBuckets)
  return {
    mode: 'memory',
    take: asks => buckets.take(asks, 1, microseconds(clock)),
    async close() {},
  }
}

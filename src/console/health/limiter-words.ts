import type { LimiterMode } from '../../limits/limiter.ts'

/** Who answers for the rate limits. */
export const limiterWords: Readonly<Record<LimiterMode, string>> = {
  memory: 'each worker for itself',
  redis: 'all machines together',
  share: 'Redis is out of reach: a share for each worker',
  floor: 'Redis is out of reach: half a share for each worker',
}

import type { LimiterMode } from '../limits/limiter.ts'
import type { Logger } from './log.ts'

/** What each mode means to whoever reads the log at night. */
const sentences: Readonly<Record<LimiterMode, string>> = {
  memory: 'rate limits are held by each worker for itself',
  redis: 'rate limits are held by Redis, for all machines together',
  share: 'Redis does not answer for the rate limits: each worker goes on with its share of them',
  floor:
    'Redis has not answered for the rate limits for long: each worker goes on with half its share',
}

/** Tells who answers for the rate limits, whenever that changes. */
export function createLimitLog(log: Logger) {
  return (mode: LimiterMode, why: string): void => {
    const isWorse = mode === 'share' || mode === 'floor'
    log[isWorse ? 'warn' : 'info']({ event: `rate-limits-${mode}`, why }, sentences[mode])
  }
}

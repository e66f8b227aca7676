import type { Scenario } from '../failover/stage.ts'
import { oneLimit } from './scenarios/one-limit.ts'
import { redisKilled } from './scenarios/redis-killed.ts'
import { redisRefuses } from './scenarios/redis-refuses.ts'
import { redisStopped } from './scenarios/redis-stopped.ts'

/** In the order of the report. */
export const scenarios: readonly Scenario[] = [oneLimit, redisKilled, redisStopped, ...redisRefuses]

import type { Clock } from '../clock.ts'
import type { ProcessConfig } from '../config/schema-process.ts'
import { openRedis } from '../fleet/stores/redis-client.ts'
import { createRedisFailures } from '../fleet/stores/redis-failures.ts'
import { runScript, script } from '../fleet/stores/redis-script.ts'
import { redisTarget } from '../fleet/stores/redis-url.ts'
import type { LimitRedis } from '../limits/limit-redis.ts'
import type { Limiter, LimiterMode } from '../limits/limiter.ts'
import { createMemoryLimiter } from '../limits/memory-limiter.ts'
import { createSteps } from '../limits/steps.ts'

export interface OpenLimiterDeps {
  readonly process: Pick<ProcessConfig, 'store' | 'workers'>
  readonly clock: Clock
  readonly randomBytes: (size: number) => Buffer
  /** Hears of each change and what led to it, and of a Redis that is out of reach at the start; never for 'memory'. */
  readonly onMode: (mode: LimiterMode, why: string) => void
}

/**
 * The rate limits of one process: with `store.redis` those of the fleet, over a connection of their
 * own, else its own in memory. Until Redis answers for the first time the mode is 'share'.
 */
export function openLimiter({ process, clock, randomBytes, onMode }: OpenLimiterDeps): Limiter {
  const { redis, prefix, timeoutMs, limitsTimeoutMs } = process.store
  if (redis === undefined) return createMemoryLimiter({ clock })
  return createSteps({
    redis: openLimitRedis(redis, timeoutMs),
    prefix,
    id: randomBytes(8).toString('hex'),
    clock,
    timeoutMs: Math.min(limitsTimeoutMs, timeoutMs),
    workers: process.workers,
    onMode,
  })
}

/** What limits want of Redis, over a connection that is made anew after a silence of `timeoutMs`. */
export function openLimitRedis(url: string, timeoutMs: number): LimitRedis {
  const client = openRedis(redisTarget(url), timeoutMs)
  const failures = createRedisFailures(client, timeoutMs)
  return {
    script(lua) {
      const made = script(lua)
      return (keys, args) =>
        runScript(client, made, keys, args).catch((cause: Error) => {
          throw new Error(failures.reasonOf(cause), { cause })
        })
    },
    onReady: hear => void client.on('ready', hear),
    async close() {
      client.disconnect()
    },
  }
}

import { after, type Clock } from '../clock.ts'
import { Buckets } from './buckets.ts'
import type { LimitRedis } from './limit-redis.ts'
import type { Limiter, LimiterMode } from './limiter.ts'
import { microseconds } from './microseconds.ts'
import { createRedisBuckets } from './redis-buckets.ts'
import { createRedisLimiter } from './redis-limiter.ts'

/** Milliseconds between two signs of life, and after a failure until Redis is called again. */
const greetEveryMs = 1000

/** Milliseconds between two looks whether one is due. */
const lookEveryMs = 250

/** Milliseconds after which nobody can say any more how many processes there are. */
const longMs = 60_000

/** By how much the fleet may have grown meanwhile without exceeding a limit. */
const floorGrowth = 2

export interface StepsOptions {
  readonly redis: LimitRedis
  /** Beginning of every key: a fleet has one. */
  readonly prefix: string
  /** Names this process among all that share a Redis. */
  readonly id: string
  readonly clock: Clock
  /** Milliseconds that an answer may take. */
  readonly timeoutMs: number
  /** Processes that forward requests on this machine: no fewer are counted. */
  readonly workers: number
  /** Hears of each change and what led to it, and of a Redis that is out of reach at the start. */
  readonly onMode: (mode: LimiterMode, why: string) => void
  /** Buckets that this process knows of at most; default 100,000. */
  readonly maxBuckets?: number
}

/**
 * Limits of a fleet, in steps. Redis answers while it does so in time. One error or one late answer,
 * and each process has its share at once: limit ÷ processes that were alive, beginning with what Redis
 * last said of each key. After a minute the share is halved, since nobody knows how many share by now.
 * Redis is tried once a second, by a call that no request waits for. When it is back it is told what
 * was let through meanwhile, so that nobody has a second burst.
 */
export function createSteps(options: StepsOptions) {
  const { id, clock, workers, timeoutMs, onMode } = options
  const buckets = new Buckets(options.maxBuckets)
  const shared = createRedisBuckets(options.redis, options.prefix)
  const redis = createRedisLimiter({
    ...{ redis: shared, buckets, clock, timeoutMs },
    parts: () => processes,
    onLost,
  })
  let mode: LimiterMode = 'share'
  let lostAt = clock.monotonic()
  let processes = workers
  // One that takes its time to be connected to is not out of reach yet.
  let greetAt = lostAt + greetEveryMs
  let greeting = false
  let told = false
  let closed = false

  function change(next: LimiterMode, why: string): void {
    mode = next
    told = true
    onMode(next, why)
  }

  function onLost(why: string): void {
    if (closed) return
    greetAt = clock.monotonic() + greetEveryMs
    // Of a Redis that is not there at the start nobody has heard yet.
    if (mode !== 'redis') {
      if (!told) change('share', why)
      return
    }
    lostAt = clock.monotonic()
    change('share', why)
    redis.abandon()
  }

  function look(): void {
    const now = clock.monotonic()
    if (mode === 'share' && now - lostAt >= longMs) {
      change('floor', `no answer for ${longMs} ms`)
    }
    if (!greeting && now >= greetAt) void greet(now)
  }

  async function greet(now: number): Promise<void> {
    greeting = true
    greetAt = now + greetEveryMs
    const late = Promise.withResolvers<never>()
    const stop = after(clock, timeoutMs, () =>
      // As in redis-limiter.ts: what has arrived is read first.
      setImmediate(() => late.reject(new Error(`no answer within ${timeoutMs} ms`))),
    )
    try {
      const alive = await Promise.race([shared.greet(id), late.promise])
      if (closed) return
      processes = Math.max(workers, alive)
      if (mode !== 'redis') {
        change('redis', 'it answers')
        void redis.settle(() => mode === 'redis' && !closed)
      }
    } catch (error) {
      onLost((error as Error).message)
    } finally {
      stop()
      greeting = false
    }
  }

  const stopLooking = clock.every(lookEveryMs, look)
  options.redis.onReady(() => {
    if (!told) greetAt = clock.monotonic()
    look()
  })

  return {
    get mode() {
      return mode
    },
    /** Processes that share each limit, as last heard. */
    get processes() {
      return processes
    },
    take(asks) {
      if (mode === 'redis') return redis.take(asks)
      const parts = mode === 'floor' ? processes * floorGrowth : processes
      return buckets.take(asks, parts, microseconds(clock))
    },
    async close() {
      closed = true
      mode = 'share'
      stopLooking()
      redis.abandon()
      await options.redis.close()
    },
  } satisfies Limiter & { readonly processes: number }
}

import { createRequire } from 'node:module'
import type { Cluster, Redis, RedisOptions } from 'ioredis'
import type { RedisTarget } from './redis-url.ts'

export type RedisClient = Redis | Cluster

/** Loaded with the first client: where there is no Redis, a process starts without it. */
const ioredis = (): typeof import('ioredis') => createRequire(import.meta.url)('ioredis')

/** Milliseconds until the next attempt to connect; they double up to the last. */
const [firstRetryMs, lastRetryMs] = [50, 1000]

/** Milliseconds that a connection has to close in good order before it is cut. */
const disconnectMs = 100

/**
 * A client that connects at once and again for ever. A command is never kept for later: what cannot be
 * written now, or is not answered in time, fails, and the connection that was silent is cut. Errors
 * are events that need a listener.
 */
export function openRedis(target: RedisTarget, timeoutMs: number): RedisClient {
  const { username, password } = target
  const { Cluster, Redis } = ioredis()
  const connection = {
    ...(username === undefined ? {} : { username }),
    ...(password === undefined ? {} : { password }),
    connectTimeout: timeoutMs,
    disconnectTimeout: disconnectMs,
    // The handshake, too, which a stopped server never answers.
    commandTimeout: timeoutMs,
    socketTimeout: timeoutMs,
    maxRetriesPerRequest: 0,
    autoResendUnfulfilledCommands: false,
    // It would subscribe again without looking at the answer, and end the process when there is none.
    autoResubscribe: false,
    // A primary that became a replica: whoever is asked for it next knows the new one.
    reconnectOnError: (error: Error) => error.message.startsWith('READONLY'),
  } satisfies RedisOptions
  const single = {
    ...connection,
    enableOfflineQueue: false,
    retryStrategy: retryAfterMs,
  } satisfies RedisOptions

  switch (target.kind) {
    case 'single': {
      const { at, db, tls } = target
      return new Redis({ ...single, ...at, db, ...(tls ? { tls: {} } : {}) })
    }
    case 'sentinel':
      return new Redis({
        ...single,
        sentinels: [...target.at],
        name: target.name,
        sentinelRetryStrategy: retryAfterMs,
        sentinelCommandTimeout: timeoutMs,
      })
    case 'cluster':
      return new Cluster([...target.at], {
        redisOptions: connection,
        enableOfflineQueue: false,
        clusterRetryStrategy: retryAfterMs,
        slotsRefreshTimeout: timeoutMs,
      })
  }
}

function retryAfterMs(times: number): number {
  return Math.min(firstRetryMs * 2 ** Math.min(times - 1, 10), lastRetryMs)
}

import { after, type Clock } from '../../clock.ts'
import type { RedisClient } from './redis-client.ts'
import { createRedisFailures } from './redis-failures.ts'
import { StoreDown } from './store-down.ts'
import type { StoreHealth } from './store-health.ts'

/** Calls under way; a caller that asks for more is too fast for this Redis. */
const maxCalls = 256

export interface RedisCallsOptions {
  readonly client: RedisClient
  /** Host and port, for errors. */
  readonly shown: string
  readonly timeoutMs: number
  readonly clock: Clock
  readonly health: StoreHealth
}

/** Work on Redis; `isOver` is true when nobody waits for it any more. */
export type RedisWork<T> = (client: RedisClient, isOver: () => boolean) => Promise<T>

/**
 * Gives each piece of work `timeoutMs` in all, whatever it consists of. While the connection is known
 * to be gone work fails at once; only the first attempt to connect is waited for.
 */
export function createRedisCalls({ client, shown, timeoutMs, clock, health }: RedisCallsOptions) {
  let connecting = true
  let closed = false
  let calls = 0
  const settled = Promise.withResolvers<void>()
  const failures = createRedisFailures(client, timeoutMs)

  client.on('ready', () => {
    connecting = false
    settled.resolve()
  })
  client.on('error', () => {
    connecting = false
    settled.resolve()
  })

  async function attempt<T>(work: RedisWork<T>, isOver: () => boolean): Promise<T> {
    if (connecting) await settled.promise
    if (client.status !== 'ready') throw new Error(failures.lost())
    return work(client, isOver)
  }

  return {
    async run<T>(work: RedisWork<T>): Promise<T> {
      if (closed) throw new StoreDown('it is closed')
      if (calls >= maxCalls) throw new StoreDown(`${shown}: ${maxCalls} calls are under way`)
      calls++
      const limit = Promise.withResolvers<never>()
      let over = false
      const cancel = after(clock, timeoutMs, () =>
        limit.reject(new Error(`no answer within ${timeoutMs} ms`)),
      )
      try {
        const result = await Promise.race([attempt(work, () => over), limit.promise])
        health.ok()
        return result
      } catch (cause) {
        if (closed) throw new StoreDown('it is closed', cause)
        const reason = `${shown}: ${failures.reasonOf(cause as Error)}`
        if ((cause as Error).name === 'ReplyError') health.refused(reason)
        else health.failed(reason)
        throw new StoreDown(reason, cause)
      } finally {
        over = true
        cancel()
        calls--
      }
    },
    close() {
      closed = true
      client.disconnect()
      settled.resolve()
    },
  }
}

export type RedisCalls = ReturnType<typeof createRedisCalls>

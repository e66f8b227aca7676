import { after, type Clock } from '../../clock.ts'
import type { RedisClient } from './redis-client.ts'

/** Milliseconds between two times of asking for the subscription. */
const askEveryMs = 1000

export interface RedisListenerOptions {
  /** Its own connection. */
  readonly client: RedisClient
  readonly channels: readonly string[]
  readonly timeoutMs: number
  readonly clock: Clock
  readonly onMessage: (channel: string, message: string) => void
}

/**
 * Hears what is published on channels. It asks for the subscription again every second: where it
 * stands this changes nothing, where it was lost it is made, and a connection that does not answer is
 * cut and made anew.
 */
export function createRedisListener(options: RedisListenerOptions) {
  const { client, channels, timeoutMs, clock } = options
  let asking = false

  function ask(): void {
    if (asking || client.status !== 'ready') return
    asking = true
    const cut = after(clock, timeoutMs, () => client.disconnect(true))
    client
      .subscribe(...channels)
      .catch(() => client.disconnect(true))
      .finally(() => {
        cut()
        asking = false
      })
  }

  // Said by the store's own calls, which fail as well.
  client.on('error', () => {})
  client.on('ready', ask)
  client.on('message', options.onMessage)
  const stopAsking = clock.every(askEveryMs, ask)

  return {
    close() {
      stopAsking()
      client.disconnect()
    },
  }
}

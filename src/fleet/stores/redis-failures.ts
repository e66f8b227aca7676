import type { RedisClient } from './redis-client.ts'

/** How the client says that it gave a call up with its connection, whose end has its own reason. */
const givenUp =
  /^(Reached the max retries|Stream isn't writeable|Cluster isn't ready|Connection is closed)/

/** And that it waited long enough. */
const silent = /^(Command timed out|Socket timeout)/

/** What went wrong with a client's calls, in the same words whichever part of it noticed it first. */
export function createRedisFailures(client: RedisClient, timeoutMs: number) {
  let lost = 'no connection yet'

  function reasonOf(error: Error): string {
    if (silent.test(error.message)) return `no answer within ${timeoutMs} ms`
    if (givenUp.test(error.message)) return lost
    // Of several addresses or nodes that all failed, one.
    const { errors, lastNodeError } = error as { errors?: Error[]; lastNodeError?: Error }
    const one = errors?.[0] ?? lastNodeError
    return one === undefined ? error.message : reasonOf(one)
  }

  client.on('ready', () => {
    lost = 'the connection was closed'
  })
  client.on('error', (error: Error) => {
    lost = reasonOf(error)
  })

  return {
    reasonOf,
    /** Why there is no connection, or would be none. */
    lost: () => lost,
  }
}

import type { RedisCalls } from './redis-calls.ts'
import { runScript, script } from './redis-script.ts'
import type { RevocationRecord } from './store.ts'

/** Arguments: the channel, then for each record how many words it has, and those. */
const add = script(`
  local at = 2
  while at <= #ARGV do
    local words = tonumber(ARGV[at])
    redis.call('XADD', KEYS[1], '*', unpack(ARGV, at + 1, at + words))
    at = at + 1 + words
  end
  redis.pcall('PUBLISH', ARGV[1], 'added')
`)

/**
 * The log of revocations of the fleet: the stream `key`, which a login service may write to as well;
 * that there is something new is published on the channel of that name.
 */
export function createRedisRevocations(calls: RedisCalls, key: string) {
  return {
    add: (records: readonly (readonly string[])[]): Promise<void> =>
      calls.run(async client => {
        const words = records.flatMap(fields => [fields.length, ...fields])
        await runScript(client, add, [key], [key, ...words])
      }),
    read: (after: string | null, limit: number): Promise<RevocationRecord[]> =>
      calls.run(async client => {
        const from = after === null ? '-' : `(${after}`
        const entries = await client.xrange(key, from, '+', 'COUNT', limit)
        return entries.map(([id, fields]) => ({ id, at: Number.parseInt(id, 10), fields }))
      }),
    drop: (ids: readonly string[]): Promise<void> =>
      calls.run(async client => void (await client.xdel(key, ...ids))),
  }
}

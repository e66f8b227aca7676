import { chained, chainStart, type Link } from './audit-chain.ts'
import type { RedisCalls } from './redis-calls.ts'
import type { RedisClient } from './redis-client.ts'
import { runScript, script } from './redis-script.ts'
import type { AuditEntry, AuditRecord } from './store.ts'

/** Records that the stream keeps, about 6 MB; the oldest go first. */
export const keptRecords = 10_000

/** Attempts to be the one who appends next; of those who try at the same time one succeeds. */
const maxAttempts = 64

/** Appends only to the record that it was chained to; answers with the newest one's number and hash. */
const append = script(`
  local seq, hash = '0', ARGV[2]
  local newest = redis.call('XREVRANGE', KEYS[1], '+', '-', 'COUNT', 1)[1]
  if newest then seq, hash = newest[1]:match('^%d+'), newest[2][2] end
  if seq ~= ARGV[1] or (newest and hash ~= ARGV[2]) then return {seq, hash} end
  redis.call('XADD', KEYS[1], 'MAXLEN', '=', ARGV[5], ARGV[3] .. '-0', 'hash', ARGV[4], 'record', ARGV[6])
  return {ARGV[3], ARGV[4]}
`)

/** The hash chain of the fleet, in the stream `key`: a record's number is its id. */
export function createRedisAudit(calls: RedisCalls, key: string, kept: number) {
  let head: Link = chainStart
  let turn: Promise<unknown> = Promise.resolve()

  async function appendNext(
    client: RedisClient,
    entry: AuditEntry,
    isOver: () => boolean,
  ): Promise<AuditRecord> {
    for (let attempt = 0; attempt < maxAttempts && !isOver(); attempt++) {
      const record = chained(head, entry)
      const { seq, hash } = record
      const args = [head.seq, head.hash, seq, hash, kept, JSON.stringify(record)]
      const newest = (await runScript(client, append, [key], args)) as [string, string]
      head = Number(newest[0]) === 0 ? chainStart : { seq: Number(newest[0]), hash: newest[1] }
      if (head.hash === hash) return record
    }
    throw new Error(`${maxAttempts} attempts to append to the audit came too late`)
  }

  return {
    append: (entry: AuditEntry) =>
      calls.run((client, isOver) => {
        // One after the other, or our own appends would be in each other's way.
        const mine = turn.then(() => appendNext(client, entry, isOver))
        turn = mine.catch(() => {})
        return mine
      }),
    read: (after: number, limit: number) =>
      calls.run(async client => {
        const entries = await client.xrange(key, `${after + 1}-0`, '+', 'COUNT', limit)
        return entries.map(recordOf)
      }),
    readBefore: (before: number | null, limit: number) =>
      calls.run(async client => {
        const last = before === null ? '+' : `${before - 1}-0`
        const entries = await client.xrevrange(key, last, '-', 'COUNT', limit)
        return entries.map(recordOf).reverse()
      }),
  }
}

function recordOf([, [, , , record = '']]: [id: string, fields: string[]]): AuditRecord {
  return JSON.parse(record)
}

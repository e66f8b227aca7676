import { fullOf, priceOf } from './gcra.ts'
import type { LimitRedis } from './limit-redis.ts'
import type { Ask } from './limiter.ts'

/** Milliseconds without a sign of life after which a process counts no longer. */
const aliveMs = 5000

/**
 * The same arithmetic as gcra.ts, by the clock of Redis, for the asks of several requests one after the
 * other. Each key has an argument `<limit> <full> <price> <owed> <last>`: the rate's limit, the debt at
 * which it is full, the price, what is owed already, and 1 for the last ask of a request. A bucket is
 * `<microseconds> <debt>`, and gone when it is drained. It answers with the debts before the price.
 *
 * A clock that went back, since another node took over, must not keep a bucket waiting until it has
 * caught up: the bucket is put down anew, even by a refusal. What is not a bucket counts as an empty one.
 */
const takeLua = `
  local time = redis.call('TIME')
  local now = time[1] * 1000000 + time[2]
  local stored = redis.call('MGET', unpack(KEYS))
  local found, debts, prices = {}, {}, {}
  local first, allowed = 1, true
  for i = 1, #KEYS do
    local limit, full, price, owed, last = string.match(ARGV[i], '^(%d+) (%d+) (%d+) (%d+) ([01])$')
    full, price, owed = tonumber(full), tonumber(price), tonumber(owed)
    local bucket = found[KEYS[i]]
    if not bucket then
      local at
      bucket = { debt = 0, limit = tonumber(limit) }
      if stored[i] then
        local a, d = string.match(stored[i], '^(%d+) (%d+)$')
        if a then at, bucket.debt = tonumber(a), tonumber(d) end
      end
      if at and now > at then bucket.debt = math.max(0, bucket.debt - (now - at) * bucket.limit) end
      bucket.put = at and at > now
      found[KEYS[i]] = bucket
    end
    if owed > 0 then bucket.debt, bucket.put = math.min(full, bucket.debt + owed), true
    elseif bucket.debt > full then bucket.debt = full end
    debts[i], prices[i] = bucket.debt, price
    if bucket.debt + price > full then allowed = false end
    if last == '1' then
      for j = first, i do
        if allowed and prices[j] > 0 then
          local taken = found[KEYS[j]]
          taken.debt, taken.put = taken.debt + prices[j], true
        end
      end
      first, allowed = i + 1, true
    end
  end
  for key, bucket in pairs(found) do
    if bucket.put then
      local put = string.format('%.0f %.0f', now, bucket.debt)
      redis.call('SET', key, put, 'PX', string.format('%.0f', math.ceil(bucket.debt / bucket.limit / 1000) + 1))
    end
  end
  return debts
`

/** Puts one process down as alive, and answers how many there are. It writes, as what it stands for does. */
const greetLua = `
  local time = redis.call('TIME')
  local now = time[1] * 1000 + math.floor(time[2] / 1000)
  redis.call('ZREMRANGEBYSCORE', KEYS[1], '-inf', now - ${aliveMs})
  redis.call('ZREMRANGEBYSCORE', KEYS[1], now + 1, '+inf')
  redis.call('ZADD', KEYS[1], now, ARGV[1])
  redis.call('PEXPIRE', KEYS[1], ${2 * aliveMs})
  return redis.call('ZCARD', KEYS[1])
`

/** What one request asks, and what is owed of each ask already, in ticks. */
export interface Taking {
  readonly asks: readonly Ask[]
  readonly owed: readonly number[]
}

export type RedisBuckets = ReturnType<typeof createRedisBuckets>

/**
 * Buckets that all processes of a fleet share. The keys have one hash tag, since which limits meet in
 * one request is known only then: a cluster has them all on one node, though not on that of the latches.
 */
export function createRedisBuckets(redis: LimitRedis, prefix: string) {
  const take = redis.script(takeLua)
  const greet = redis.script(greetLua)
  const key = (name: string) => `{${prefix}:limits}:${name}`
  const bucketPrefix = key('bucket:')

  return {
    /**
     * Takes all asks of each request or none, one request after the other, and adds what is owed in any
     * case; resolves with the debts in between, of all asks in their order.
     */
    async take(requests: readonly Taking[]): Promise<readonly number[]> {
      const keys: string[] = []
      const args: string[] = []
      for (const { asks, owed } of requests) {
        for (let i = 0; i < asks.length; i++) {
          const ask = asks[i] as Ask
          const { rate } = ask
          const last = i === asks.length - 1 ? 1 : 0
          keys.push(bucketPrefix + ask.key)
          args.push(`${rate.limit} ${fullOf(rate)} ${priceOf(ask)} ${owed[i]} ${last}`)
        }
      }
      const debts = await take(keys, args)
      if (!Array.isArray(debts) || debts.length !== keys.length || !debts.every(isCount)) {
        throw new Error('the answer is none')
      }
      return debts
    },
    /** Tells that this process is alive; resolves with how many are. */
    async greet(id: string): Promise<number> {
      const alive = await greet([key('processes')], [id])
      if (!isCount(alive)) throw new Error('the answer is none')
      return alive
    },
  }
}

function isCount(value: unknown): value is number {
  return typeof value === 'number' && value >= 0
}

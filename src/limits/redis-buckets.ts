import { fullOf, priceOf } from './gcra.ts'
import type { LimitRedis } from './limit-redis.ts'
import type { Ask } from './limiter.ts'

/** Milliseconds without a sign of life after which a process counts no longer. */
const aliveMs = 5000

/**
 * The same arithmetic as gcra.ts, by the clock of Redis. For each key come the rate's limit, the debt
 * at which it is full, the price, and what is owed already. A bucket is `<microseconds> <debt>`, and
 * gone when it is drained. It answers with the debts before the price.
 *
 * A clock that went back, since another node took over, must not keep a bucket waiting until it has
 * caught up: the bucket is put down anew, even by a refusal. What is not a bucket counts as an empty one.
 */
const takeLua = `
  local time = redis.call('TIME')
  local now = time[1] * 1000000 + time[2]
  local stored = redis.call('MGET', unpack(KEYS))
  local debts, put = {}, {}
  local allowed = true
  for i = 1, #KEYS do
    local limit, full = tonumber(ARGV[4 * i - 3]), tonumber(ARGV[4 * i - 2])
    local price, owed = tonumber(ARGV[4 * i - 1]), tonumber(ARGV[4 * i])
    local at, debt = now, 0
    if stored[i] then
      local a, d = string.match(stored[i], '^(%d+) (%d+)$')
      if a then at, debt = tonumber(a), tonumber(d) end
    end
    if now > at then debt = math.max(0, debt - (now - at) * limit) end
    debts[i] = math.min(full, debt + owed)
    put[i] = owed > 0 or at > now
    if debts[i] + price > full then allowed = false end
  end
  for i = 1, #KEYS do
    local limit, price = tonumber(ARGV[4 * i - 3]), tonumber(ARGV[4 * i - 1])
    local debt = debts[i] + (allowed and price or 0)
    if put[i] or (allowed and price > 0) then
      local bucket = string.format('%.0f %.0f', now, debt)
      redis.call('SET', KEYS[i], bucket, 'PX', string.format('%.0f', math.ceil(debt / limit / 1000) + 1))
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

export type RedisBuckets = ReturnType<typeof createRedisBuckets>

/**
 * Buckets that all processes of a fleet share. The keys have one hash tag, since which limits meet in
 * one request is known only then: a cluster has them all on one node, though not on that of the latches.
 */
export function createRedisBuckets(redis: LimitRedis, prefix: string) {
  const take = redis.script(takeLua)
  const greet = redis.script(greetLua)
  const key = (name: string) => `{${prefix}:limits}:${name}`

  return {
    /** Takes all asks or none, and adds what is owed in any case; resolves with the debts in between. */
    async take(asks: readonly Ask[], owed: readonly number[]): Promise<readonly number[]> {
      const args: number[] = []
      for (let i = 0; i < asks.length; i++) {
        const ask = asks[i] as Ask
        args.push(ask.rate.limit, fullOf(ask.rate), priceOf(ask), owed[i] as number)
      }
      const debts = await take(
        asks.map(ask => key(`bucket:${ask.key}`)),
        args,
      )
      if (!Array.isArray(debts) || debts.length !== asks.length || !debts.every(isCount)) {
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

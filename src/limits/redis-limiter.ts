import { after, type Clock } from '../clock.ts'
import { Linked, LinkedSet } from '../linked-set.ts'
import type { Buckets } from './buckets.ts'
import { judge, priceOf } from './gcra.ts'
import type { Allowance, Ask } from './limiter.ts'
import { microseconds } from './microseconds.ts'
import type { RedisBuckets, Taking } from './redis-buckets.ts'

/** Requests that wait for Redis at once; what is more is answered from this process's share. */
const maxUnderWay = 4096

/** Keys whose debts are handed over in one call. */
const chargedAtOnce = 64

/** Keys that are asked for in one call: Redis does nothing else meanwhile, and a script can hold some thousand. */
const askedAtOnce = 256

export interface RedisLimiterOptions {
  readonly redis: RedisBuckets
  /** What this process knows of them. */
  readonly buckets: Buckets
  readonly clock: Clock
  /** Milliseconds that an answer may take. */
  readonly timeoutMs: number
  /** Processes that share each rate while Redis does not answer. */
  readonly parts: () => number
  /** Hears of the first call that failed or came late; `abandon` is called back from here. */
  readonly onLost: (why: string) => void
}

type Settle = (allowance: Allowance) => void

class Call extends Linked implements Taking {
  readonly asks: readonly Ask[]
  readonly owed: Taking['owed']
  readonly sentAt: number
  readonly resolve: Settle

  constructor({ asks, owed }: Taking, sentAt: number, resolve: Settle) {
    super()
    this.asks = asks
    this.owed = owed
    this.sentAt = sentAt
    this.resolve = resolve
  }
}

/**
 * Asks Redis, and nobody where the answer is known: what Redis said of a key drains no faster than its
 * rate, so that a key which that refuses is refused without a call until it no longer is.
 *
 * What is asked in one turn of the event loop goes in one call, and what is asked while that is under way
 * goes together after it: a call costs this process and Redis more than what it asks.
 */
export function createRedisLimiter(options: RedisLimiterOptions) {
  const { redis, buckets, clock, timeoutMs, parts, onLost } = options
  const underWay = new LinkedSet<Call>()
  /** Those of them that no call has taken along yet. */
  let waiting: Call[] = []
  /** What calls one after the other; null while nothing is asked. A new one does not wait for the old one's answer. */
  let caller: object | null = null
  let watching = false

  function take(asks: readonly Ask[]): Allowance | Promise<Allowance> {
    const now = microseconds(clock)
    const refusal = buckets.knownRefusal(asks, now)
    if (refusal !== null) return refusal
    if (underWay.size >= maxUnderWay) return buckets.take(asks, parts(), now)
    return ask(asks, now)
  }

  function ask(asks: readonly Ask[], now: number): Promise<Allowance> {
    return new Promise(resolve => {
      const call = new Call({ asks, owed: buckets.handOver(asks, now) }, now, resolve)
      underWay.add(call)
      waiting.push(call)
      if (!watching) watch(timeoutMs)
      if (caller !== null) return
      const own = {}
      caller = own
      setImmediate(() => callWhileAsked(own))
    })
  }

  async function callWhileAsked(own: object): Promise<void> {
    while (caller === own && waiting.length > 0) {
      const calls = nextCalls()
      try {
        answered(calls, await redis.take(calls))
      } catch (error) {
        if (calls.some(call => underWay.has(call))) onLost((error as Error).message)
      }
    }
    if (caller === own) caller = null
  }

  /** Whole requests, and at least one, however many keys it has. */
  function nextCalls(): Call[] {
    let [count, keys] = [0, 0]
    for (const { asks } of waiting) {
      keys += asks.length
      if (count > 0 && keys > askedAtOnce) break
      count++
    }
    return waiting.splice(0, count)
  }

  function answered(calls: readonly Call[], all: readonly number[]): void {
    let at = 0
    for (const call of calls) {
      const { asks, sentAt, resolve } = call
      const debts = all.slice(at, at + asks.length)
      at += asks.length
      // Too late: this process has answered by itself.
      if (!underWay.delete(call)) continue
      const allowance = judge(asks, debts, 1)
      const after = allowance.allowed
        ? debts.map((debt, i) => debt + priceOf(asks[i] as Ask))
        : debts
      buckets.told(asks, after, sentAt)
      resolve(allowance)
    }
  }

  /** One timer for all: the oldest call is late first. */
  function watch(ms: number): void {
    watching = true
    // An answer that has arrived while this process was busy is read before it is looked for.
    after(clock, ms, () => setImmediate(lookForLate))
  }

  function lookForLate(): void {
    watching = false
    const oldest = underWay.first
    if (oldest === null) return
    const leftMs = timeoutMs - (microseconds(clock) - oldest.sentAt) / 1000
    if (leftMs > 0) watch(leftMs)
    else onLost(`no answer within ${timeoutMs} ms`)
  }

  return {
    take,
    /** Answers all that wait for Redis from this process's share; nothing is lost of what was handed over. */
    abandon(): void {
      const now = microseconds(clock)
      for (const call of underWay.all()) {
        const { asks, owed, resolve } = call
        underWay.delete(call)
        buckets.takeBack(asks, owed, parts())
        resolve(buckets.take(asks, parts(), now))
      }
      waiting = []
      caller = null
    },
    /**
     * Hands over what was let through while Redis was out of reach, a few keys at a time; a request for
     * one of them takes it along before its turn.
     */
    async settle(goOn: () => boolean): Promise<void> {
      const debtors = buckets.owing.values()
      while (goOn()) {
        const asks: Ask[] = []
        for (let key = debtors.next(); !key.done; key = debtors.next()) {
          const debtor = buckets.debtorOf(key.value, microseconds(clock))
          if (debtor !== null && asks.push(debtor) === chargedAtOnce) break
        }
        if (asks.length === 0) return
        await ask(asks, microseconds(clock))
      }
    },
  }
}

import { drained, fullOf, judge, priceOf } from './gcra.ts'
import type { Allowance, Ask, Rate } from './limiter.ts'

/** Buckets that a process holds, some 200 bytes each. */
const maxBuckets = 100_000

/** Buckets looked at for each that comes, so that drained ones go faster than others come. */
const looks = 2

/** Buckets that are looked at where there is no room for one more, until one is less than half full. */
const candidates = 128

interface Bucket {
  readonly key: string
  rate: Rate
  /** Microseconds at which `debt` was right. */
  at: number
  debt: number
  /** What of the debt is from requests that this process let through without asking anybody. */
  own: number
  /** The same without the weight that it had when it was taken, as one of however many processes. */
  unweighted: number
}

/**
 * The buckets that one process knows of: all there are for a limiter in memory; beside Redis what it
 * last said of them, and what was let through while it was out of reach. Times are microseconds.
 *
 * It has a bound. A drained bucket is as good as none and is forgotten first. Where none is drained
 * one that is less than half full goes, so that a flood of new keys pushes out its like, and not the
 * keys that are at their limit.
 */
export class Buckets {
  /** The keys that have a part of `own` in their debt. */
  readonly owing = new Set<string>()
  private readonly all = new Map<string, Bucket>()
  private readonly most: number
  private hand = this.all.values()

  constructor(most = maxBuckets) {
    this.most = most
  }

  get size(): number {
    return this.all.size
  }

  /** Takes all asks or none, each as one of `parts` processes that take at the same time. */
  take(asks: readonly Ask[], parts: number, now: number): Allowance {
    const allowance = judge(
      asks,
      asks.map(({ key }) => this.find(key, now)?.debt ?? 0),
      parts,
    )
    if (!allowance.allowed) return allowance
    for (const ask of asks) {
      const price = priceOf(ask) * parts
      if (price === 0) continue
      const bucket = this.open(ask, now)
      bucket.debt += price
      bucket.own += price
      bucket.unweighted += priceOf(ask)
      this.owing.add(ask.key)
    }
    return allowance
  }

  /** The refusal that all processes together would give, as far as this one knows; null for none. */
  knownRefusal(asks: readonly Ask[], now: number): Allowance | null {
    let known = false
    const debts = asks.map(({ key }) => {
      const bucket = this.find(key, now)
      if (bucket === undefined) return 0
      known = true
      return bucket.debt - bucket.own + toldOf(bucket)
    })
    if (!known) return null
    const allowance = judge(asks, debts, 1)
    return allowance.allowed ? null : allowance
  }

  /** Gives away what Redis must be told of each ask's own debt, in real ticks. */
  handOver(asks: readonly Ask[], now: number): number[] {
    return asks.map(({ key }) => {
      if (!this.owing.delete(key)) return 0
      const bucket = this.find(key, now)
      if (bucket === undefined) return 0
      const owed = toldOf(bucket)
      bucket.debt += owed - bucket.own
      bucket.own = 0
      bucket.unweighted = 0
      return owed
    })
  }

  /** Has again what was handed over and did not arrive. */
  takeBack(asks: readonly Ask[], owed: readonly number[], parts: number): void {
    for (const [i, { key }] of asks.entries()) {
      const bucket = this.all.get(key)
      const ticks = owed[i] as number
      if (bucket === undefined || ticks === 0) continue
      bucket.debt += ticks * (parts - 1)
      bucket.own += ticks * parts
      bucket.unweighted += ticks
      this.owing.add(key)
    }
  }

  /** Learns the debts that Redis knew no earlier than `at`. */
  told(asks: readonly Ask[], debts: readonly number[], at: number): void {
    for (const [i, ask] of asks.entries()) {
      const bucket = this.open(ask, at)
      bucket.at = at
      bucket.debt = (debts[i] as number) + bucket.own
    }
  }

  /** An ask for nothing, with which what this key owes can be handed over; null where it owes nothing. */
  debtorOf(key: string, now: number): Ask | null {
    const bucket = this.find(key, now)
    if (bucket !== undefined && bucket.own > 0) return { key, rate: bucket.rate, cost: 0 }
    this.owing.delete(key)
    return null
  }

  /** As it is now: what others put into it drains before what this process did. */
  private find(key: string, now: number): Bucket | undefined {
    const bucket = this.all.get(key)
    if (bucket !== undefined && now > bucket.at) {
      bucket.debt = drained(bucket.debt, now - bucket.at, bucket.rate)
      if (bucket.own > bucket.debt) {
        bucket.unweighted *= bucket.debt / bucket.own
        bucket.own = bucket.debt
      }
      bucket.at = now
    }
    return bucket
  }

  private open({ key, rate }: Ask, now: number): Bucket {
    let bucket = this.all.get(key)
    if (bucket === undefined) {
      this.forget(now)
      bucket = { key, rate, at: now, debt: 0, own: 0, unweighted: 0 }
      this.all.set(key, bucket)
    }
    bucket.rate = rate
    return bucket
  }

  /** Makes room for one more. */
  private forget(now: number): void {
    for (let i = 0; i < looks; i++) {
      const bucket = this.next()
      if (bucket !== undefined && filled(bucket, now) === 0) this.drop(bucket)
    }
    if (this.all.size < this.most) return
    let emptiest = this.next()
    for (let i = 1; i < candidates; i++) {
      if (emptiest === undefined || filled(emptiest, now) < 0.5) break
      const bucket = this.next()
      if (bucket !== undefined && filled(bucket, now) < filled(emptiest, now)) emptiest = bucket
    }
    if (emptiest !== undefined) this.drop(emptiest)
  }

  /** Goes round all of them, again and again: a map can be walked while it changes. */
  private next(): Bucket | undefined {
    let step = this.hand.next()
    if (step.done) {
      this.hand = this.all.values()
      step = this.hand.next()
    }
    return step.value
  }

  private drop({ key }: Bucket): void {
    this.all.delete(key)
    this.owing.delete(key)
  }
}

/** What Redis is told of a process's own debt, in whole ticks. */
function toldOf({ unweighted }: Bucket): number {
  return Math.floor(unweighted)
}

/** 0: drained. 1: at its limit. */
function filled({ debt, at, rate }: Bucket, now: number): number {
  return drained(debt, now - at, rate) / fullOf(rate)
}

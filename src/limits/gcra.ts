import type { Allowance, Ask, Rate } from './limiter.ts'

/**
 * GCRA, written as the leaky bucket with continuous state that I.371 shows to be the same: a bucket
 * holds a debt, which drains at `limit` per period. Debts are counted in ticks. A unit costs as many
 * ticks as its period has microseconds, and each microsecond drains `limit` of them, so that all are
 * integers and no rate is rounded: exact while `burst` × period stays below 2^53 microseconds, which
 * are 104,000 units at once of a rate per day, and beyond that off by less than a millionth of a unit.
 */
const microsecondsPerMs = 1000

/** What one unit costs. */
export function unitOf({ periodMs }: Rate): number {
  return periodMs * microsecondsPerMs
}

/** The debt at which nothing more is lent. */
export function fullOf(rate: Rate): number {
  return rate.burst * unitOf(rate)
}

export function priceOf({ cost, rate }: Ask): number {
  return cost * unitOf(rate)
}

/** What is left of a debt; a clock that went back drains nothing. */
export function drained(debt: number, microseconds: number, { limit }: Rate): number {
  return microseconds <= 0 ? debt : Math.max(0, debt - microseconds * limit)
}

/**
 * What all asks of a request come to, given the debt of each bucket before. With `parts` above 1 this
 * process has that part of each rate: a unit weighs as much as one here and one in each of the others.
 * However small the part, what an empty bucket would let through as a whole is let through here too.
 */
export function judge(asks: readonly Ask[], debts: readonly number[], parts: number): Allowance {
  let [least, leastLeft, leastDebt] = [0, Number.POSITIVE_INFINITY, 0]
  let [refused, longestUs, refusedDebt] = [-1, 0, 0]
  for (let i = 0; i < asks.length; i++) {
    const ask = asks[i] as Ask
    const debt = debts[i] as number
    const price = priceOf(ask) * parts
    const room = roomFor(ask, price, parts)
    const after = debt + price
    if (after > room) {
      const waitUs = (after - room) / ask.rate.limit
      if (waitUs > longestUs) [refused, longestUs, refusedDebt] = [i, waitUs, debt]
    } else {
      const left = wholeUnits(ask, room - after, parts)
      if (left < leastLeft) [least, leastLeft, leastDebt] = [i, left, after]
    }
  }
  const allowed = refused === -1
  const index = allowed ? least : refused
  const ask = asks[index]
  // A request without limits has nothing to ask.
  if (ask === undefined) return nothingAsked
  const debt = allowed ? leastDebt : refusedDebt
  const room = roomFor(ask, priceOf(ask) * parts, parts)
  return {
    allowed,
    index,
    remaining: wholeUnits(ask, room - debt, parts),
    resetMs: milliseconds(debt / ask.rate.limit),
    retryAfterMs: milliseconds(longestUs),
  }
}

const nothingAsked: Allowance = {
  allowed: true,
  index: 0,
  remaining: 0,
  resetMs: 0,
  retryAfterMs: 0,
}

function roomFor({ rate }: Ask, price: number, parts: number): number {
  return parts === 1 ? fullOf(rate) : Math.max(fullOf(rate), price)
}

function wholeUnits({ rate }: Ask, ticks: number, parts: number): number {
  return Math.max(0, Math.floor(ticks / (unitOf(rate) * parts)))
}

/** Rounded up: who comes back then finds what was promised. */
function milliseconds(microseconds: number): number {
  return Math.ceil(microseconds / microsecondsPerMs)
}

import assert from 'node:assert/strict'
import { test } from 'node:test'
import { drained, judge, priceOf } from '../../src/limits/gcra.ts'
import type { Rate } from '../../src/limits/limiter.ts'

const perSecond = (limit: number, burst: number): Rate => ({ limit, periodMs: 1000, burst })

interface Step {
  /** Microseconds since the step before. */
  readonly after: number
  readonly cost?: number
  readonly remaining: number
  readonly resetMs: number
  /** 0: allowed. */
  readonly retryAfterMs: number
}

/** Takes each step from one bucket, and holds every answer to what the table says. */
function follow(rate: Rate, steps: readonly Step[]): void {
  let debt = 0
  for (const [i, { after, cost = 1, ...expected }] of steps.entries()) {
    const ask = { key: 'k', rate, cost }
    debt = drained(debt, after, rate)
    const allowance = judge([ask], [debt], 1)
    assert.deepEqual(
      allowance,
      { allowed: expected.retryAfterMs === 0, index: 0, ...expected },
      `step ${i + 1}`,
    )
    if (allowance.allowed) debt += priceOf(ask)
  }
}

test('a burst goes at once, and then one unit for each emission interval', () => {
  follow(perSecond(10, 3), [
    { after: 0, remaining: 2, resetMs: 100, retryAfterMs: 0 },
    { after: 0, remaining: 1, resetMs: 200, retryAfterMs: 0 },
    { after: 0, remaining: 0, resetMs: 300, retryAfterMs: 0 },
    { after: 0, remaining: 0, resetMs: 300, retryAfterMs: 100 },
    { after: 99_999, remaining: 0, resetMs: 201, retryAfterMs: 1 },
    { after: 1, remaining: 0, resetMs: 300, retryAfterMs: 0 },
    { after: 250_000, remaining: 1, resetMs: 150, retryAfterMs: 0 },
    { after: 1_000_000, remaining: 2, resetMs: 100, retryAfterMs: 0 },
  ])
})

test('without a burst requests keep their distance', () => {
  follow(perSecond(1, 1), [
    { after: 0, remaining: 0, resetMs: 1000, retryAfterMs: 0 },
    { after: 600_000, remaining: 0, resetMs: 400, retryAfterMs: 400 },
    { after: 399_999, remaining: 0, resetMs: 1, retryAfterMs: 1 },
    { after: 1, remaining: 0, resetMs: 1000, retryAfterMs: 0 },
  ])
})

test('a cost takes as many units, and waits for as many', () => {
  follow(perSecond(10, 10), [
    { after: 0, cost: 5, remaining: 5, resetMs: 500, retryAfterMs: 0 },
    { after: 0, cost: 5, remaining: 0, resetMs: 1000, retryAfterMs: 0 },
    { after: 100_000, cost: 5, remaining: 1, resetMs: 900, retryAfterMs: 400 },
    { after: 0, cost: 1, remaining: 0, resetMs: 1000, retryAfterMs: 0 },
    { after: 0, cost: 0, remaining: 0, resetMs: 1000, retryAfterMs: 0 },
  ])
})

test('a clock that goes back drains nothing', () => {
  follow(perSecond(10, 1), [
    { after: 0, remaining: 0, resetMs: 100, retryAfterMs: 0 },
    { after: -5_000_000, remaining: 0, resetMs: 100, retryAfterMs: 100 },
    { after: 100_000, remaining: 0, resetMs: 100, retryAfterMs: 0 },
  ])
})

test('an interval that is no whole microsecond is not rounded', () => {
  for (const limit of [3, 7, 700_000, 999_983]) {
    const rate = perSecond(limit, 100)
    const ask = { key: 'k', rate, cost: 1 }
    // Asked far more often than it allows, for as long as a thousand intervals take.
    const stride = Math.max(1, Math.floor(1_000_000 / limit / 5))
    const strides = Math.ceil(1_000_000_000 / limit / stride)
    let [debt, allowed] = [0, 0]
    for (let i = 0; i <= strides; i++) {
      for (let asked = 0; asked < 3 || i === 0; asked++) {
        if (!judge([ask], [debt], 1).allowed) break
        debt += priceOf(ask)
        allowed++
      }
      debt = drained(debt, stride, rate)
    }
    assert.equal(allowed, 100 + Math.floor((strides * stride * limit) / 1_000_000), `${limit}/s`)
  }
})

test('a million a day is counted to the unit', () => {
  const rate: Rate = { limit: 1_000_000, periodMs: 86_400_000, burst: 1_000_000 }
  const ask = { key: 'k', rate, cost: 1 }
  const full = rate.burst * 86_400_000_000
  assert.equal(judge([ask], [full], 1).retryAfterMs, 87, 'an interval of 86.4 ms')
  assert.equal(judge([ask], [full - 86_400_000_000], 1).allowed, true)
  assert.equal(judge([ask], [0], 1).remaining, 999_999)
})

test('several asks are answered by the one with the least left', () => {
  const asks = [
    { key: 'a', rate: perSecond(10, 10), cost: 1 },
    { key: 'b', rate: perSecond(100, 5), cost: 1 },
  ]
  assert.deepEqual(judge(asks, [0, 0], 1), {
    allowed: true,
    index: 1,
    remaining: 4,
    resetMs: 10,
    retryAfterMs: 0,
  })
})

test('several refusals are answered by the one that lasts longest, or the client would be told to come too early', () => {
  const asks = [
    { key: 'a', rate: perSecond(10, 1), cost: 1 },
    { key: 'b', rate: perSecond(1, 1), cost: 1 },
    { key: 'c', rate: perSecond(5, 9), cost: 1 },
  ]
  assert.deepEqual(judge(asks, [1_000_000, 1_000_000, 0], 1), {
    allowed: false,
    index: 1,
    remaining: 0,
    resetMs: 1000,
    retryAfterMs: 1000,
  })
})

test('a part of a rate is that part, and one request at a time where it is less than one', () => {
  const third = (debt: number, rate: Rate) => judge([{ key: 'k', rate, cost: 1 }], [debt], 3)
  assert.equal(third(0, perSecond(30, 30)).remaining, 9)
  assert.equal(third(0, perSecond(30, 1)).allowed, true)
  assert.equal(third(3_000_000, perSecond(30, 1)).retryAfterMs, 100, 'ten of thirty a second')
})

test('a request without limits is allowed', () => {
  assert.equal(judge([], [], 1).allowed, true)
})

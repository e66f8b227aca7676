import assert from 'node:assert/strict'
import { type TestContext, test } from 'node:test'
import type { Allowance, Limiter, Rate } from '../../src/limits/limiter.ts'

/** Where limiters keep their buckets, and its time. */
export interface Place {
  /** Resolves when it is in the mode that it is tested for. */
  open(): Promise<Limiter>
  /** Moves the time of the buckets on. */
  pass(milliseconds: number): Promise<void>
}

const minuteMs = 60_000

/** One unit a minute: what the test itself takes is nothing beside it. */
const rate = (burst: number): Rate => ({ limit: 60, periodMs: 60 * minuteMs, burst })

/** Times in minutes. */
interface Step {
  readonly after?: number
  readonly cost?: number
  readonly remaining: number
  readonly reset: number
  /** 0: allowed. */
  readonly retryAfter: number
}

const table: Readonly<Record<string, { burst: number; steps: readonly Step[] }>> = {
  'a burst goes at once, then one unit for each interval': {
    burst: 3,
    steps: [
      { remaining: 2, reset: 1, retryAfter: 0 },
      { remaining: 1, reset: 2, retryAfter: 0 },
      { remaining: 0, reset: 3, retryAfter: 0 },
      { remaining: 0, reset: 3, retryAfter: 1 },
      { after: 0.5, remaining: 0, reset: 2.5, retryAfter: 0.5 },
      { after: 0.75, remaining: 0, reset: 2.75, retryAfter: 0 },
      { after: 10, remaining: 2, reset: 1, retryAfter: 0 },
    ],
  },
  'a refusal costs nothing': {
    burst: 1,
    steps: [
      { remaining: 0, reset: 1, retryAfter: 0 },
      { after: 0.25, remaining: 0, reset: 0.75, retryAfter: 0.75 },
      { after: 0.25, remaining: 0, reset: 0.5, retryAfter: 0.5 },
      { after: 0.75, remaining: 0, reset: 1, retryAfter: 0 },
    ],
  },
  'a cost takes as many units, and less may pass where more may not': {
    burst: 10,
    steps: [
      { cost: 8, remaining: 2, reset: 8, retryAfter: 0 },
      { cost: 5, remaining: 2, reset: 8, retryAfter: 3 },
      { cost: 2, remaining: 0, reset: 10, retryAfter: 0 },
      { cost: 0, remaining: 0, reset: 10, retryAfter: 0 },
      { after: 5.5, cost: 5, remaining: 0, reset: 9.5, retryAfter: 0 },
    ],
  },
}

/** To a quarter of a minute. */
function shown({ allowed, remaining, resetMs, retryAfterMs }: Allowance): object {
  const quarters = (ms: number) => Math.round((ms / minuteMs) * 4) / 4
  return { allowed, remaining, reset: quarters(resetMs), retryAfter: quarters(retryAfterMs) }
}

/** The promises of src/limits/limiter.ts; run for both twins. */
export function contract(kind: string, placeFor: (t: TestContext) => Promise<Place>): void {
  for (const [name, { burst, steps }] of Object.entries(table)) {
    test(`${kind}: ${name}`, async t => {
      const place = await placeFor(t)
      const limiter = await place.open()
      for (const [i, { after = 0, cost = 1, ...expected }] of steps.entries()) {
        if (after > 0) await place.pass(after * minuteMs)
        const allowance = await limiter.take([{ key: 'k', rate: rate(burst), cost }])
        const wanted = { allowed: expected.retryAfter === 0, ...expected }
        assert.deepEqual(shown(allowance), wanted, `step ${i + 1}`)
      }
    })
  }

  test(`${kind}: keys have a bucket each, whatever they are called`, async t => {
    const place = await placeFor(t)
    const limiter = await place.open()
    for (const key of ['', 'a', 'a ', 'A', 'ü', '{a}', 'a}', 'a:b', '\0', '__proto__']) {
      const ask = { key, rate: rate(1), cost: 1 }
      assert.equal((await limiter.take([ask])).allowed, true, `first of ${key}`)
      assert.equal((await limiter.take([ask])).allowed, false, `second of ${key}`)
    }
  })

  test(`${kind}: all asks of a request are taken, or none`, async t => {
    const place = await placeFor(t)
    const limiter = await place.open()
    const [wide, narrow] = [
      { key: 'wide', rate: rate(10), cost: 1 },
      { key: 'narrow', rate: rate(1), cost: 1 },
    ]
    const first = await limiter.take([wide, narrow])
    assert.deepEqual([first.allowed, first.index], [true, 1])
    for (let i = 0; i < 3; i++) {
      const refused = await limiter.take([wide, narrow])
      assert.deepEqual([refused.allowed, refused.index], [false, 1])
    }
    assert.equal((await limiter.take([wide])).remaining, 8, 'the refusals took none of it')
  })

  test(`${kind}: what is asked at once is taken one after the other`, async t => {
    const place = await placeFor(t)
    const limiter = await place.open()
    const ask = { key: 'k', rate: rate(50), cost: 1 }
    const all = await Promise.all(Array.from({ length: 200 }, () => limiter.take([ask])))
    assert.equal(all.filter(({ allowed }) => allowed).length, 50)
  })

  test(`${kind}: rates of any kind are kept`, async t => {
    const place = await placeFor(t)
    const limiter = await place.open()
    const rates: readonly Rate[] = [
      { limit: 1, periodMs: 86_400_000, burst: 2 },
      { limit: 999_983, periodMs: 86_400_000, burst: 999_983 },
      { limit: 7, periodMs: minuteMs, burst: 1_000 },
    ]
    for (const each of rates) {
      const ask = { key: JSON.stringify(each), rate: each, cost: each.burst }
      const taken = await limiter.take([ask])
      assert.deepEqual([taken.allowed, taken.remaining], [true, 0])
      const fullMs = (each.burst * each.periodMs) / each.limit
      const refused = await limiter.take([ask])
      assert.equal(refused.allowed, false)
      const away = Math.abs(refused.retryAfterMs - fullMs)
      assert.ok(away <= minuteMs, `${away} ms away from ${fullMs}`)
    }
  })
}

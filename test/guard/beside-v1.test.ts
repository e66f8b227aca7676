import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { createRandom } from '../../src/cli/demo/random.ts'
import type { Variant } from '../../src/cohort/assignment.ts'
import { evidenceOf } from '../../src/guard/contrast.ts'
import { createJudge } from '../../src/guard/judge.ts'
import { seriesName } from '../../src/guard/series.ts'
import { budget, judgedRoute, noAnswer } from './parts.ts'
import { lognormal, simulate } from './simulated-traffic.ts'

type AtSecond = (second: number) => number

const errors = judgedRoute([budget({ signal: 'errors', max: '1.5x v1' })])
const latency = judgedRoute([budget({ signal: 'latency', p95: '1.2x v1' })])

/** 300 requests per second; failures in shares, times to the answer in ms. */
function failing(options: {
  shareOfV2: number
  seconds: number
  v1: AtSecond
  v2: AtSecond
  v2Ms?: number
  rate?: number
}) {
  const { shareOfV2, seconds, v1, v2, v2Ms = 20, rate = 300 } = options
  const random = createRandom(7919)
  return simulate({
    route: errors,
    seconds,
    rate: () => rate,
    shareOfV2,
    random,
    answer: (variant, second) => ({
      status: random() < (variant === 'v1' ? v1 : v2)(second) ? 500 : 200,
      headMs: variant === 'v1' ? 20 : v2Ms,
    }),
  })
}

/** Latencies around medians in ms, with a tail: a p95 of 2.3 times the median. */
function slowing(options: {
  shareOfV2: number
  seconds: number
  v1: AtSecond
  v2: AtSecond
  rate?: AtSecond
}) {
  const { shareOfV2, seconds, v1, v2, rate = () => 300 } = options
  const random = createRandom(104_729)
  return simulate({
    route: latency,
    seconds,
    rate,
    shareOfV2,
    random,
    answer: (variant, second) => ({
      headMs: lognormal((variant === 'v1' ? v1 : v2)(second), 0.5, random),
    }),
  })
}

/** Answers after 50 ms; from second 60 on clients leave a variant before its answer, after so many ms. */
function leaving(after: Partial<Record<Variant, number>>) {
  return simulate({
    route: latency,
    seconds: 120,
    rate: () => 300,
    shareOfV2: 0.5,
    random: createRandom(7919),
    answer(variant, second) {
      const leftAfterMs = after[variant]
      if (second < 60 || leftAfterMs === undefined) return { headMs: 50 }
      return { ...noAnswer, failed: false, leftAfterMs }
    },
  })
}

const always = (value: number) => () => value
/** From second 60 to 90 another value. */
const meanwhile = (before: number, then: number) => (second: number) =>
  second > 60 && second < 90 ? then : before

const breachSeconds = ({ breaches }: ReturnType<typeof simulate>) =>
  breaches.map(({ atMs }) => atMs / 1000)

for (const [shareOfV2, patience] of [
  [0.01, 600],
  [0.5, 60],
  [0.99, 1500],
] as const) {
  describe(`beside V1, with ${shareOfV2 * 100} % on V2,`, () => {
    it('1 % of failures breach when V1 has none', () => {
      const found = failing({ shareOfV2, seconds: patience, v1: always(0), v2: always(0.01) })
      assert.equal(found.breaches.length, 1)
    })

    it('failures that both have do not', () => {
      const both = meanwhile(0.002, 0.8)
      const found = failing({ shareOfV2, seconds: 120, v1: both, v2: both })
      assert.deepEqual(breachSeconds(found), [])
    })

    it('nor when they are heard of a second later from V2', () => {
      const both = meanwhile(0, 0.8)
      const late = { v2Ms: 1020, rate: 3000 }
      const found = failing({ shareOfV2, seconds: 120, v1: both, v2: both, ...late })
      assert.deepEqual(breachSeconds(found), [])
    })

    it('nor do exactly as many more as are allowed', () => {
      const found = failing({ shareOfV2, seconds: 600, v1: always(0.02), v2: always(0.03) })
      assert.deepEqual(breachSeconds(found), [])
    })

    it('a V2 that gets slow alone breaches', () => {
      const seconds = 90 + patience
      const v2: AtSecond = second => (second > 90 ? 100 : 50)
      const [second] = breachSeconds(slowing({ shareOfV2, seconds, v1: always(50), v2 }))
      assert.ok(second !== undefined && second > 90, `${second}`)
    })

    for (const [times, title] of [
      [3, 'three times as slow'],
      [60, 'sixty times as slow, in seconds'],
    ] as const) {
      it(`V1 and V2 that get ${title} together do not, V2 being slower within its budget`, () => {
        const v1 = meanwhile(50, 50 * times)
        const v2 = meanwhile(57, 57 * times)
        assert.deepEqual(breachSeconds(slowing({ shareOfV2, seconds: 150, v1, v2 })), [])
      })
    }

    it('nor when both are slow in bursts of traffic', () => {
      const isBurst = (second: number) => second % 20 < 5
      const found = slowing({
        shareOfV2,
        seconds: 150,
        v1: second => (isBurst(second) ? 500 : 50),
        v2: second => (isBurst(second) ? 550 : 55),
        rate: second => (isBurst(second) ? 1000 : 50),
      })
      assert.deepEqual(breachSeconds(found), [])
    })
  })
}

describe('beside V1', () => {
  it('a V2 that gets twice as slow is found within seconds', () => {
    const v2: AtSecond = second => (second > 90 ? 100 : 50)
    const found = slowing({ shareOfV2: 0.5, seconds: 120, v1: always(50), v2 })
    const [second] = breachSeconds(found)
    assert.ok(second !== undefined && second > 93 && second < 98, `${second}`)
  })

  it('a latency exactly as much longer as is allowed is none', () => {
    const found = slowing({ shareOfV2: 0.5, seconds: 600, v1: always(50), v2: always(60) })
    assert.deepEqual(breachSeconds(found), [])
  })

  it('a few slow answers of V2 are none, though V1 has not a single one', () => {
    const random = createRandom(7919)
    const found = simulate({
      route: latency,
      seconds: 300,
      rate: () => 300,
      shareOfV2: 0.5,
      random,
      answer: variant => ({ headMs: variant === 'v2' && random() < 0.03 ? 500 : 50 }),
    })
    assert.deepEqual(breachSeconds(found), [])
  })

  it('a V2 that nobody waits for is found, though no answer says how slow it is', () => {
    const [second] = breachSeconds(leaving({ v2: 5000 }))
    assert.ok(second !== undefined && second > 60 && second < 75, `${second}`)
  })

  it('nobody waits for V1 either: that is no difference', () => {
    assert.deepEqual(breachSeconds(leaving({ v1: 5000, v2: 5000 })), [])
  })

  it('clients that leave sooner than V2 may answer say nothing', () => {
    const found = leaving({ v2: 50 })
    assert.deepEqual(breachSeconds(found), [])
    // Half of 300 a second, for the minute before they leave.
    const { requests = 0 } = found.verdicts[0] ?? {}
    assert.ok(requests > 8000 && requests < 10_000, `${requests}`)
  })

  it('no moment decides, however many workers report it', () => {
    const rule = budget({ signal: 'errors', max: '1.5x v1' })
    const judge = createJudge([judgedRoute([rule])])
    const series = { route: 'match', budget: rule.id, scope: null }
    const report = {
      [seriesName({ ...series, variant: 'v1', what: 'events' })]: 1000,
      [seriesName({ ...series, variant: 'v2', what: 'events' })]: 1000,
      [seriesName({ ...series, variant: 'v2', what: 'bad' })]: 900,
    }
    const breaches: number[] = []
    for (let now = 0; now < 5000; now += 10) {
      if (judge.add(report, 'machine', now).length > 0) breaches.push(now)
    }
    assert.equal(breaches.length, 1)
    assert.ok((breaches[0] ?? 0) >= 2700, `${breaches}`)
  })

  it('there is no evidence where one of them has no traffic', () => {
    for (const shareOfV2 of [0, 1]) {
      const found = failing({ shareOfV2, seconds: 60, v1: always(0.5), v2: always(0.5) })
      assert.deepEqual(breachSeconds(found), [])
      assert.deepEqual(
        found.verdicts.map(({ verdict, reason }) => `${verdict} ${reason}`),
        [shareOfV2 === 0 ? 'not-yet no-traffic' : 'not-yet no-v1-to-compare'],
      )
    }
  })

  it('as good as V1 passes, also where neither fails', () => {
    for (const share of [0.01, 0]) {
      const both = always(share)
      const { verdicts } = failing({ shareOfV2: 0.5, seconds: 300, v1: both, v2: both })
      assert.equal(verdicts[0]?.verdict, 'pass', verdicts[0]?.text ?? '')
    }
  })
})

describe('the evidence of a batch', () => {
  it('does not grow in the mean for a V2 within its budget, whatever V1 does', () => {
    for (const times of [1, 1.5, 3]) {
      for (const p1 of [0.001, 0.1, 0.33]) {
        for (const [n1, n2] of [
          [1, 1],
          [3, 1],
          [1, 4],
          [4, 3],
        ] as const) {
          for (const ratio of [1 / 4, 1.5, 10, 40]) {
            const mean = meanFactor({ n1, n2, p1, p2: p1 * times, times, ratio })
            assert.ok(mean <= 1 + 1e-12, `${mean} for ${times}, ${p1}, ${n1}, ${n2}, ${ratio}`)
          }
        }
      }
    }
  })
})

interface Point {
  n1: number
  n2: number
  p1: number
  p2: number
  times: number
  ratio: number
}

/** Mean likelihood ratio of one batch, over every outcome that it can have. */
function meanFactor({ n1, n2, p1, p2, times, ratio }: Point): number {
  let mean = 0
  for (let bad1 = 0; bad1 <= n1; bad1++) {
    for (let bad2 = 0; bad2 <= n2; bad2++) {
      const batch = { v1: { events: n1, bad: bad1 }, v2: { events: n2, bad: bad2 } }
      const chance = binomial(n1, bad1, p1) * binomial(n2, bad2, p2)
      mean += chance * Math.exp(evidenceOf(batch, times, ratio))
    }
  }
  return mean
}

function binomial(n: number, k: number, p: number): number {
  let ways = 1
  for (let i = 0; i < k; i++) ways = (ways * (n - i)) / (i + 1)
  return ways * p ** k * (1 - p) ** (n - k)
}

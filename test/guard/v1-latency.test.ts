import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { createRandom } from '../../src/cli/demo/random.ts'
import { leftFrom, stepOf, upperEndMs } from '../../src/guard/latency-steps.ts'
import { createV1Latency } from '../../src/guard/v1-latency.ts'

type V1Latency = ReturnType<typeof createV1Latency>

/** Adds answers that take from 0 to 100 ms, each as likely. */
function addEven(latency: V1Latency, answers: number, random: () => number, now = 0): void {
  for (let i = 0; i < answers; i++) latency.add(new Map([[stepOf(100 * random()), 1]]), now)
}

describe("V1's latency of late", () => {
  it('is unknown before there is enough to tell', () => {
    const latency = createV1Latency(0.95)
    const random = createRandom(1)
    assert.equal(latency.limitStep(), null)
    addEven(latency, 150, random)
    assert.equal(latency.limitStep(), null)
    addEven(latency, 100, random)
    assert.notEqual(latency.limitStep(), null)
  })

  it('is above the quantile however few answers tell, and not by much when many do', () => {
    for (let seed = 1; seed <= 100; seed++) {
      const latency = createV1Latency(0.95)
      addEven(latency, 300, createRandom(seed * 7919))
      assert.ok(upperEndMs(latency.limitStep() ?? -1) >= 95, `seed ${seed}`)
    }
    const known = createV1Latency(0.5)
    addEven(known, 9000, createRandom(3))
    assert.ok(upperEndMs(known.limitStep() ?? 321) < 50 * 1.05 * 1.05)
  })

  it('is that of its answers, whoever left before one', () => {
    const latency = createV1Latency(0.95)
    addEven(latency, 300, createRandom(1))
    const limit = latency.limitStep()
    latency.add(new Map([[leftFrom + stepOf(1), 300]]), 0)
    assert.equal(latency.limitStep(), limit)
  })

  it('forgets after 10,000 newer answers, and not before 5,000', () => {
    const latency = createV1Latency(0.5)
    const slow = new Map([[200, 1]])
    const fast = new Map([[100, 1]])
    for (let i = 0; i < 5000; i++) latency.add(slow, 0)
    for (let i = 0; i < 4000; i++) latency.add(fast, 0)
    assert.equal(latency.limitStep(), 200)
    for (let i = 0; i < 6001; i++) latency.add(fast, 0)
    assert.equal(latency.limitStep(), 100)
  })

  it('forgets what is ten minutes old', () => {
    const latency = createV1Latency(0.5)
    addEven(latency, 1000, createRandom(5))
    latency.add(new Map(), 300_000)
    assert.notEqual(latency.limitStep(), null)
    latency.add(new Map(), 600_000)
    assert.equal(latency.limitStep(), null)
  })

  it('sets no limit where the quantile never answers', () => {
    const latency = createV1Latency(0.5)
    latency.add(new Map([[321, 1000]]), 0)
    assert.equal(latency.limitStep(), null)
  })
})

describe('steps of latency', () => {
  it('are 5 % wide, and each holds what is up to its upper end', () => {
    for (const ms of [0, 0.05, 0.1, 1, 9.99, 150, 30_000, 500_000]) {
      const step = stepOf(ms)
      assert.ok(ms <= upperEndMs(step) * (1 + 1e-6), `${ms}`)
      if (step > 0) assert.ok(ms > upperEndMs(step - 1) * (1 - 1e-6), `${ms}`)
      assert.equal(stepOf(upperEndMs(step)), step)
    }
  })
})

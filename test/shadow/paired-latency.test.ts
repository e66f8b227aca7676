import assert from 'node:assert/strict'
import { test } from 'node:test'
import { createRandom } from '../../src/cli/demo/random.ts'
import { pairedLatency } from '../../src/shadow/findings/paired-latency.ts'
import { latencyBucket } from '../../src/shadow/latency-buckets.ts'

/** Differences of two lognormal times, the second of them later by a fixed time. */
function differences(laterMs: number, pairs: number, random: () => number) {
  const normal = () => Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random())
  const time = () => 20 * Math.exp(0.6 * normal())
  const buckets: Record<string, number> = {}
  for (let i = 0; i < pairs; i++) {
    const bucket = latencyBucket(time() + laterMs - time())
    buckets[bucket] = (buckets[bucket] ?? 0) + 1
  }
  return buckets
}

test('the median of what V2 takes longer is found, with where it lies for sure', () => {
  const random = createRandom(3)
  const shadow = differences(4, 20_000, random)
  const found = pairedLatency({ shadow, noise: differences(-1, 1000, random) })
  assert.ok(found !== null)
  assert.ok(found.lowMs < 4 && 4 < found.highMs && found.highMs - found.lowMs < 2)
  assert.ok(Math.abs(found.medianMs - 4) < 0.5)
  assert.equal(found.pairs, 20_000)
  assert.ok(Math.abs((found.ofV1Itself?.medianMs ?? 0) + 1) < 1.5)
  assert.match(
    found.text,
    /^V2 takes [\d.]+ ms more than V1 for the same request, in the median of 20,000 \(95 % sure: [\d.]+ to [\d.]+ ms\); V1 asked once more takes [\d.]+ ms less than the first time \(1,000 pairs\)$/,
  )
})

test('one may look after every pair: the true median is outside in few runs', () => {
  let wrong = 0
  for (let run = 1; run <= 60; run++) {
    const random = createRandom(run)
    let shadow: Record<string, number> = {}
    for (let look = 0; look < 60; look++) {
      for (const [bucket, pairs] of Object.entries(differences(0, 20, random))) {
        shadow = { ...shadow, [bucket]: (shadow[bucket] ?? 0) + pairs }
      }
      const found = pairedLatency({ shadow, noise: {} })
      if (found !== null && (found.lowMs > 0 || found.highMs < 0)) {
        wrong++
        break
      }
    }
  }
  assert.ok(wrong <= 3, `${wrong} of 60 were wrong once`)
})

test('where it may be either, neither is said', () => {
  const found = pairedLatency({ shadow: differences(0, 500, createRandom(9)), noise: {} })
  assert.match(found?.text ?? '', /^V2 is not proven slower or faster for the same request/)
  assert.equal(found?.ofV1Itself, null)
})

test('of a few pairs nothing is said, nor of buckets that are none', () => {
  assert.equal(pairedLatency({ shadow: { '10': 19 }, noise: {} }), null)
  assert.equal(pairedLatency({ shadow: { x: 1000 }, noise: {} }), null)
})

test('all alike is the same at every rank', () => {
  const found = pairedLatency({ shadow: { '100': 1000 }, noise: {} })
  assert.equal(found?.lowMs, found?.highMs)
})

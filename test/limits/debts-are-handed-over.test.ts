import assert from 'node:assert/strict'
import { test } from 'node:test'
import { Buckets } from '../../src/limits/buckets.ts'
import { unitOf } from '../../src/limits/gcra.ts'
import type { Rate } from '../../src/limits/limiter.ts'

const rate: Rate = { limit: 10, periodMs: 1000, burst: 12 }
const ask = { key: 'k', rate, cost: 1 }
const unit = unitOf(rate)

/** What is handed over of three units that were let through as one of so many processes. */
function handedOver(parts: number, later = 0): number {
  const buckets = new Buckets()
  for (let i = 0; i < 3; i++) assert.ok(buckets.take([ask], parts, 0).allowed)
  const [owed = 0] = buckets.handOver([ask], later)
  return owed / unit
}

test('each unit that was let through is handed over as one, whatever it weighed', () => {
  for (const parts of [1, 2, 4]) assert.equal(handedOver(parts), 3, `as one of ${parts}`)
})

test('what has drained meanwhile is not handed over', () => {
  assert.equal(handedOver(1, 100_000), 2, 'a unit in a tenth of a second')
  assert.equal(handedOver(2, 100_000), 2.5, 'each of the others drains as much')
  assert.equal(handedOver(2, 1_000_000), 0)
})

test('what was handed over in vain is handed over again', () => {
  const buckets = new Buckets()
  buckets.take([ask], 1, 0)
  buckets.takeBack([ask], buckets.handOver([ask], 0), 3)
  assert.deepEqual(buckets.handOver([ask], 0), [unit])
  assert.deepEqual(buckets.handOver([ask], 0), [0])
})

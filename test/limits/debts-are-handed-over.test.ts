import assert from 'node:assert/strict'
import { test } from 'node:test'
import { Buckets } from '../../src/limits/buckets.ts'

/** A unit is 1,000,000 ticks, and ten of them drain in a second. */
const rate = { limit: 10, periodMs: 1000, burst: 12 }
const asks = [{ key: 'k', rate, cost: 1 }]
const unit = 1_000_000

/** As one of three processes, two units for itself. */
function used(): Buckets {
  const buckets = new Buckets()
  buckets.told(asks, [3 * unit], 0)
  buckets.take(asks, 3, 0)
  buckets.take(asks, 3, 0)
  return buckets
}

test('what was let through is handed over once, in real units', () => {
  const buckets = used()
  assert.deepEqual(buckets.handOver(asks, 3, 0), [2 * unit])
  assert.deepEqual(buckets.handOver(asks, 3, 0), [0])
  assert.equal(buckets.owing.size, 0)
})

test('what was handed over in vain is had again, and weighs as before', () => {
  const buckets = used()
  buckets.takeBack(asks, buckets.handOver(asks, 3, 0), 3)
  assert.equal(buckets.take(asks, 3, 0).allowed, true, '3 of the others, and 3 that weigh 3 each')
  assert.equal(buckets.take(asks, 3, 0).allowed, false)
  assert.deepEqual(buckets.handOver(asks, 3, 0), [3 * unit])
})

test('what others had taken drains before what this process took', () => {
  assert.deepEqual(used().handOver(asks, 3, 300_000), [2 * unit], 'their 3 units are gone')
  assert.deepEqual(used().handOver(asks, 3, 600_000), [unit], 'and half of these 2')
  assert.deepEqual(used().handOver(asks, 3, 900_000), [0])
})

test('what Redis said refuses, and what this process guesses does not', () => {
  const buckets = used()
  assert.equal(buckets.knownRefusal(asks, 3, 0), null, 'five of twelve that are known')
  buckets.told(asks, [12 * unit], 0)
  assert.equal(buckets.knownRefusal(asks, 3, 0)?.allowed, false)
})

test('a key that drained owes nothing', () => {
  const buckets = used()
  assert.notEqual(buckets.debtorOf('k', 0), null)
  assert.equal(buckets.debtorOf('k', 900_000), null)
  assert.equal(buckets.owing.size, 0)
})

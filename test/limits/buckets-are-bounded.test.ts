import assert from 'node:assert/strict'
import { test } from 'node:test'
import { Buckets } from '../../src/limits/buckets.ts'
import type { Rate } from '../../src/limits/limiter.ts'

const rate: Rate = { limit: 10, periodMs: 1000, burst: 10 }
const ask = (key: string, cost = 1) => ({ key, rate, cost })

test('buckets that are drained make room for others', () => {
  const buckets = new Buckets()
  let most = 0
  // A thousand new keys a second, each of which is drained a tenth of a second later.
  for (let i = 0; i < 100_000; i++) {
    buckets.take([ask(`key-${i}`)], 1, i * 1000)
    most = Math.max(most, buckets.size)
  }
  assert.ok(most <= 400, `${most} of the 100 that hold something`)
})

test('there are never more buckets than the bound', () => {
  const buckets = new Buckets(1000)
  for (let i = 0; i < 20_000; i++) buckets.take([ask(`key-${i}`)], 1, 0)
  assert.equal(buckets.size, 1000)
  assert.equal(buckets.owing.size, 1000)
})

test('a flood of keys forgives none that is at its limit', () => {
  const buckets = new Buckets(1000)
  const limited = Array.from({ length: 100 }, (_, i) => `limited-${i}`)
  for (const key of limited) buckets.take([ask(key, 10)], 1, 0)
  for (let i = 0; i < 50_000; i++) buckets.take([ask(`flood-${i}`)], 1, 0)
  for (const key of limited) assert.equal(buckets.take([ask(key)], 1, 0).allowed, false, key)
})

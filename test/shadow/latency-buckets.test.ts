import assert from 'node:assert/strict'
import { test } from 'node:test'
import { latencyBucket, middleOfBucket } from '../../src/shadow/latency-buckets.ts'

test('a difference of time comes back within 2 %, on either side', () => {
  for (let ms = 0.101; ms < 600_000; ms *= 1.013) {
    for (const each of [ms, -ms]) {
      const back = middleOfBucket(latencyBucket(each)) as number
      assert.ok(Math.abs(back / each - 1) <= 0.0201, `${each} came back as ${back}`)
    }
  }
})

test('what is nearly nothing is nothing, and what is beyond all is in the last bucket', () => {
  for (const ms of [0, -0, 0.1, -0.1, 1e-9]) assert.equal(latencyBucket(ms), '0')
  assert.equal(middleOfBucket('0'), 0)
  assert.equal(latencyBucket(1e12), latencyBucket(Number.POSITIVE_INFINITY))
  assert.equal(latencyBucket(-1e12), `-${latencyBucket(1e12)}`)
})

test('there is a bounded number of buckets', () => {
  const names = new Set<string>()
  for (let ms = 0.01; ms < 1e9; ms *= 1.003) names.add(latencyBucket(ms))
  assert.ok(names.size < 410, `received ${names.size}`)
})

test('a name that is no bucket is not read', () => {
  for (const name of ['', '-0', '+1', '01', '1.5', '1e1', '99999', '-99999', 'x', ' 1']) {
    assert.equal(middleOfBucket(name), null, name)
  }
})

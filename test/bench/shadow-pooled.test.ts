import assert from 'node:assert/strict'
import { test } from 'node:test'
import { pooledDifference } from '../../bench/shadow/pooled.ts'

/** 1 to 200, in no order that helps. */
const upTo200 = Array.from({ length: 200 }, (_, i) => ((i * 77) % 200) + 1)

test('the quantile is that of all rounds of a side together, a value that was measured', () => {
  const halves = [upTo200.slice(0, 50), upTo200.slice(50)]
  const { off, on, more } = pooledDifference({ off: halves, on: [[7], [7]] }, 0.99)
  assert.deepEqual([off, on, more], [198, 7, -191])
  assert.equal(pooledDifference({ off: [upTo200], on: [upTo200] }, 0.5).on, 100)
})

test('rounds that are all alike leave no doubt', () => {
  const slower = upTo200.map(value => value + 3)
  const paired = { off: [upTo200, upTo200, upTo200], on: [slower, slower, slower] }
  assert.deepEqual(pooledDifference(paired, 0.99).interval, [3, 3])
})

test('a tail that a single round brings is in doubt, however many values it has', () => {
  const calm = upTo200.map(() => 10)
  const stalled = calm.map((value, i) => (i < 20 ? 60 : value))
  const off = Array.from({ length: 8 }, () => calm)
  const { more, interval } = pooledDifference({ off, on: [stalled, ...off.slice(1)] }, 0.99)
  assert.equal(more, 50)
  assert.deepEqual(interval, [0, 50])
})

test('pairs are drawn whole: what hits both sides of a round is no difference', () => {
  const rounds = [0, 40, 5, 90].map(late => upTo200.map(value => value + late))
  const { more, interval } = pooledDifference({ off: rounds, on: rounds }, 0.99)
  assert.equal(more, 0)
  assert.deepEqual(interval, [0, 0])
})

test('where nothing was measured there is no difference to judge', () => {
  assert.ok(Number.isNaN(pooledDifference({ off: [[]], on: [[]] }, 0.99).more))
  assert.ok(Number.isNaN(pooledDifference({ off: [], on: [] }, 0.99).more))
})

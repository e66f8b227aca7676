import assert from 'node:assert/strict'
import { test } from 'node:test'
import { addTo, countOf, createSketch, mergeInto } from '../../src/residual/distinct.ts'

function sketchOf(from: number, until: number): Uint8Array {
  const sketch = createSketch()
  for (let i = from; i < until; i++) addTo(sketch, `user-${i}`)
  return sketch
}

test('the estimate is within a fifth of the truth, from one caller to a million', () => {
  assert.equal(countOf(createSketch()), 0)
  assert.equal(countOf(sketchOf(0, 1)), 1)
  for (const count of [2, 10, 50, 200, 600, 1000, 5000, 40_000, 1_000_000]) {
    const estimate = countOf(sketchOf(0, count))
    assert.ok(Math.abs(estimate - count) <= Math.max(1, 0.2 * count), `${count}: ${estimate}`)
  }
})

test('who comes again counts once, and two sketches make one of both', () => {
  const both = sketchOf(0, 600)
  mergeInto(both, sketchOf(300, 900))
  assert.deepEqual(both, sketchOf(0, 900))
  const again = sketchOf(0, 900)
  for (let i = 0; i < 900; i++) addTo(again, `user-${i}`)
  assert.deepEqual(again, sketchOf(0, 900))
})

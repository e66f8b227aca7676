import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { placesOf } from '../../src/console/overview/interval-view.ts'

const rule = { margin: 0.01, better: 'more' } as const

test('no difference stands in the middle, better to its right and worse to its left', () => {
  const { low, high, difference, limit } = placesOf(
    { low: -0.01, high: 0.02, difference: 0.005 },
    rule,
  )
  assert.ok(low < 100 && limit === low && difference > 100 && high > difference)
  assert.equal(placesOf({ low: 0, high: 0, difference: 0 }, rule).difference, 100)
})

test('where less is better, what V2 may be worse by is to the right', () => {
  assert.ok(
    placesOf({ low: 0, high: 0, difference: 0 }, { margin: 0.01, better: 'less' }).limit > 100,
  )
})

test('nothing stands outside the picture, whatever the numbers are', () => {
  const value = fc.double({ min: -1e6, max: 1e6, noNaN: true })
  const margin = fc.double({ min: 0, max: 1e6, noNaN: true })
  fc.assert(
    fc.property(fc.array(value, { minLength: 3, maxLength: 3 }), margin, (values, margin) => {
      const [low = 0, difference = 0, high = 0] = values.toSorted((a, b) => a - b)
      const places = placesOf({ low, high, difference }, { margin, better: 'more' })
      for (const at of Object.values(places)) assert.ok(at >= 4 && at <= 196, String(at))
      assert.ok(places.low <= places.difference && places.difference <= places.high)
    }),
  )
})

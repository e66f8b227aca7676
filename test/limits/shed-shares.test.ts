import assert from 'node:assert/strict'
import { describe, it, test } from 'node:test'
import fc from 'fast-check'
import { type ByPriority, priorities, shedShares } from '../../src/limits/shed-shares.ts'

const of = (low: number, normal: number, high: number): ByPriority => ({ low, normal, high })

describe('shares by priority', () => {
  const table: readonly [percent: number, came: ByPriority, shares: ByPriority][] = [
    [0, of(10, 10, 10), of(0, 0, 0)],
    [40, of(0, 100, 0), of(1, 0.4, 0)],
    [10, of(50, 50, 0), of(0.2, 0, 0)],
    [50, of(50, 50, 0), of(1, 0, 0)],
    [75, of(50, 50, 0), of(1, 0.5, 0)],
    [90, of(10, 40, 50), of(1, 1, 0.8)],
    [90, of(0, 0, 10), of(1, 1, 0.9)],
    [50, of(0, 0, 0), of(0, 0, 0)],
  ]
  for (const [percent, came, shares] of table) {
    it(`${percent} % of ${Object.values(came).join(', ')}`, () =>
      assert.deepEqual(shedShares(percent, came), shares))
  }
})

const count = fc.integer({ min: 0, max: 100_000 })
const cames = fc.record({ low: count, normal: count, high: count })
const percents = fc.integer({ min: 0, max: 90 })

test('all shares together are the share of all', () => {
  fc.assert(
    fc.property(percents, cames, (percent, came) => {
      const shares = shedShares(percent, came)
      const refused = priorities.reduce((sum, each) => sum + shares[each] * came[each], 0)
      const all = came.low + came.normal + came.high
      assert.ok(Math.abs(refused - (all * percent) / 100) < 1e-6 * all + 1e-9)
    }),
  )
})

test('nobody is refused while somebody less important is not', () => {
  fc.assert(
    fc.property(percents, cames, (percent, came) => {
      const { low, normal, high } = shedShares(percent, came)
      assert.ok(normal === 0 || low === 1)
      assert.ok(high === 0 || normal === 1)
    }),
  )
})

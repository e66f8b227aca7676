import assert from 'node:assert/strict'
import { describe, it, test } from 'node:test'
import fc from 'fast-check'
import {
  loopFinding,
  mostPercent,
  nothingShed,
  type Shed,
  shedStep,
} from '../../src/limits/shed-step.ts'

const maxLagMs = 100

/** What comes of these lags, one look after the other. */
function after(lags: readonly number[], from: Shed = nothingShed): Shed {
  return lags.reduce((shed, lag) => shedStep(shed, lag, maxLagMs), from)
}

const times = (count: number, lag: number) => Array.from({ length: count }, () => lag)
/** Half a second in time is 25 looks; a quarter of that suffices where each is 130 ms late. */
const inTime = times(25, 0)
const late = times(4, 130)

describe('percent of requests to shed', () => {
  const table: readonly [says: string, lags: readonly number[], percent: number][] = [
    ['a loop in time', [...inTime, ...inTime], 0],
    ['one pause of three seconds', [3000, ...inTime], 0],
    ['three long pauses in a row', [...times(3, 900), ...inTime], 0],
    ['a pause every other look', Array.from({ length: 40 }, (_, i) => (i % 2) * 500), 0],
    ['exactly the limit', times(40, 100), 0],
    ['late for less than half a second', times(3, 101), 0],
    ['late for half a second', late, 13],
    ['late for a second', [...late, ...late], 26],
    ['three times as late as allowed', times(4, 300), 30],
    ['a hundred times as late', times(4, 10_000), 30],
    ['late for good', times(400, 400), mostPercent],
    ['late, then hardly in time', [...late, ...times(12, 70)], 11],
    ['late, then in time', [...late, ...inTime], 3],
    ['late, then in time for long', [...late, ...times(75, 0)], 0],
  ]
  for (const [says, lags, percent] of table) {
    it(says, () => assert.equal(after(lags).percent, percent))
  }
})

test('it is late above the limit, and in time at half of it', () => {
  const found = [0, 50, 50.1, 100, 100.1].map(lag => loopFinding(lag, maxLagMs))
  assert.deepEqual(found, ['in-time', 'in-time', 'easing', 'easing', 'late'])
})

const lags = fc.array(fc.double({ min: 0, max: 2000, noNaN: true }), { maxLength: 400 })

test('whatever the loop does, the share is whole percent from 0 to 90', () => {
  fc.assert(
    fc.property(lags, all => {
      let shed = nothingShed
      for (const lag of all) {
        shed = shedStep(shed, lag, maxLagMs)
        assert.ok(Number.isInteger(shed.percent) && shed.percent >= 0)
        assert.ok(shed.percent <= mostPercent)
      }
    }),
  )
})

test('nothing is shed while no four looks in a row are late', () => {
  const threeAtMost = fc
    .array(fc.tuple(fc.integer({ min: 0, max: 3 }), fc.integer({ min: 0, max: 100 })))
    .map(runs => runs.flatMap(([count, inTimeMs]) => [...times(count, 1500), inTimeMs]))
  fc.assert(fc.property(threeAtMost, all => after(all).percent === 0))
})

test('from wherever it stands, ten seconds in time end it', () => {
  fc.assert(fc.property(lags, all => after(times(500, 0), after(all)).percent === 0))
})

test('from wherever it stands, a loop that stays late is shed for to the most there is', () => {
  fc.assert(fc.property(lags, all => after(times(60, 101), after(all)).percent === mostPercent))
})

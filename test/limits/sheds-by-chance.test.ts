import assert from 'node:assert/strict'
import { test } from 'node:test'
import { lagPeriodMs } from '../../src/limits/loop-lag.ts'
import { createShedding, type SheddingEvent } from '../../src/limits/shedding.ts'
import { createLateClock } from './late-clock.ts'

function start(maxLagMs: number) {
  const clock = createLateClock()
  const events: SheddingEvent[] = []
  let drawn = 0
  // Every hundredth once, in an order that has no rhythm of its own.
  const random = () => ((drawn++ * 37) % 100) / 100
  const shedding = createShedding({ clock, random, onEvent: event => events.push(event) })
  shedding.limit(maxLagMs)
  /** How many of a hundred requests are refused. */
  const refusedOf = (priority: 'low' | 'normal' | 'high') =>
    Array.from({ length: 100 }, () => shedding.sheds(priority)).filter(Boolean).length
  return { clock, events, shedding, refusedOf }
}

test('while the loop is late, the share that is due is refused, and each change is told once', () => {
  const { clock, events, shedding, refusedOf } = start(100)
  assert.equal(refusedOf('normal'), 0)
  clock.late(200, 4)
  assert.equal(refusedOf('normal'), 20)
  clock.late(200, 4)
  assert.equal(refusedOf('normal'), 40)
  assert.deepEqual(shedding.status(), {
    ...{ maxLagMs: 100, lagMs: 200, finding: 'late', percent: 40 },
    since: clock.now() - 4 * (200 + lagPeriodMs),
  })
  clock.late(0, 25 * 4)
  assert.equal(refusedOf('normal'), 0)
  assert.deepEqual(events, [
    { type: 'shedding-began', lagMs: 200, maxLagMs: 100 },
    {
      type: 'shedding-ended',
      lastedMs: 4 * (200 + lagPeriodMs) + 4 * 25 * lagPeriodMs,
      refused: { low: 0, normal: 60, high: 0 },
    },
  ])
})

test('the least important are refused first, by what came of each', () => {
  const { clock, refusedOf } = start(100)
  const each = () => (['low', 'normal', 'high'] as const).map(refusedOf)
  each()
  clock.late(300, 4)
  assert.deepEqual(each(), [90, 0, 0])
  clock.late(300, 4)
  assert.deepEqual(each(), [100, 80, 0])
  clock.late(300, 4)
  assert.deepEqual(each(), [100, 100, 70])
})

test('a limit that is changed goes on with what was found; one of 0 ends it', () => {
  const { clock, events, shedding, refusedOf } = start(100)
  refusedOf('normal')
  clock.late(200, 4)
  shedding.limit(150)
  assert.equal(refusedOf('normal'), 20)
  shedding.limit(0)
  assert.equal(refusedOf('normal'), 0)
  assert.equal(clock.isWatched(), false)
  assert.equal(shedding.status(), null)
  assert.deepEqual(
    events.map(({ type }) => type),
    ['shedding-began', 'shedding-ended'],
  )
  shedding.limit(100)
  assert.equal(shedding.status()?.percent, 0)
})

test('where it is off the loop is not looked at', () => {
  const { clock } = start(0)
  assert.equal(clock.isWatched(), false)
})

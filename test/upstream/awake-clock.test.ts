import assert from 'node:assert/strict'
import { test } from 'node:test'
import { afterAwake, createAwakeClock } from '../../src/upstream/awake-clock.ts'
import { createManualClock } from '../support/manual-clock.ts'

test('time goes on while the thread is awake, and a tenth of a second of what it stood', () => {
  const clock = createManualClock()
  const awake = createAwakeClock(clock)
  let before = awake.monotonic()
  const passed = () => {
    const since = awake.monotonic() - before
    before += since
    return since
  }
  clock.advance(10_000)
  assert.equal(passed(), 10_000)
  clock.stand(60_000)
  assert.equal(passed(), 100)
  clock.advance(130)
  assert.equal(passed(), 130)
  clock.stand(70)
  assert.equal(passed(), 70)
  awake.close()
})

test('whatever is due when the thread wakes sees no more, also what comes before the look', () => {
  const clock = createManualClock()
  const seen: number[] = []
  let since = 0
  clock.every(1000, () => seen.push(awake.monotonic() - since))
  const awake = createAwakeClock(clock)
  clock.every(1000, () => seen.push(awake.monotonic() - since))
  since = awake.monotonic()
  clock.stand(60_000)
  assert.deepEqual(seen, [100, 100])
})

test('what is to come after a time comes after so much of it, and not before what was not read yet', () => {
  const clock = createManualClock()
  const awake = createAwakeClock(clock)
  let came = 0
  afterAwake(awake, 1000, () => came++)
  afterAwake(awake, 1000, () => came++)()
  clock.advance(400)
  clock.stand(60_000)
  clock.advance(499)
  assert.equal(came, 0)
  clock.advance(1)
  assert.equal(came, 1)
  clock.advance(10_000)
  assert.equal(came, 1)
})

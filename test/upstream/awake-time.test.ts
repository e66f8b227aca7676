import assert from 'node:assert/strict'
import { test } from 'node:test'
import { createAwakeTime } from '../../src/upstream/awake-time.ts'
import { createStalls, Wait } from '../../src/upstream/stalls.ts'
import { createManualClock } from '../support/manual-clock.ts'

test('of a time in which the thread stood one period counts', () => {
  const clock = createManualClock()
  const swept: number[] = []
  const time = createAwakeTime(clock, 250, now => swept.push(now))
  const begun = time.now()
  clock.advance(500)
  clock.stand(60_000)
  assert.equal(time.now() - begun, 750)
  clock.advance(300)
  assert.equal(time.now() - begun, 1050)
  assert.deepEqual(
    swept.map(now => now - begun),
    [250, 500, 750, 1000],
  )
  time.close()
  clock.advance(1000)
  assert.equal(swept.length, 4)
})

test('a client is not cut for what this thread had no time to read', () => {
  const clock = createManualClock()
  const stalls = createStalls(clock)
  let cut = 0
  stalls.start(new Wait(2000, () => cut++))
  clock.stand(60_000)
  clock.advance(1500)
  assert.equal(cut, 0)
  clock.advance(500)
  assert.equal(cut, 1)
})

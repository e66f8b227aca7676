import assert from 'node:assert/strict'
import { it } from 'node:test'
import { type Batch, emptyBatch } from '../../src/guard/case.ts'
import { createQuarterSeconds } from '../../src/guard/quarter-seconds.ts'

const reported = (events: number, step: number): Batch => {
  const batch = emptyBatch()
  batch.v2.events = events
  batch.v2.steps.set(step, events)
  return batch
}

it('what several workers report within a quarter second is one batch', () => {
  const gather = createQuarterSeconds()
  assert.equal(gather(reported(1, 7), 1000), null)
  assert.equal(gather(reported(2, 7), 1100), null)
  assert.equal(gather(reported(4, 8), 1200), null)
  const whole = gather(reported(8, 8), 1249)
  assert.equal(whole?.v2.events, 7)
  assert.deepEqual(
    [...(whole?.v2.steps ?? [])],
    [
      [7, 3],
      [8, 4],
    ],
  )
  assert.equal(gather(reported(16, 8), 1400), null)
  assert.equal(gather(emptyBatch(), 1500)?.v2.events, 24)
})

import assert from 'node:assert/strict'
import { test } from 'node:test'
import { canReadProc } from '../../bench/proc.ts'
import { findingsOf } from '../../bench/soak/findings.ts'
import { soak } from '../../bench/soak/soak.ts'
import { kindNames } from '../../bench/soak/traffic/kinds.ts'
import { onStage } from '../../bench/stage.ts'

test('mixed traffic goes through a gateway, and what it left behind is told', {
  skip: !canReadProc() && 'needs /proc',
}, async () => {
  const screen = { write: () => true }
  const course = await onStage(stage => soak({ durationMs: 1000, perSecond: 40 }, stage, screen))
  // Each kind comes among the first thirty.
  assert.deepEqual(Object.keys(course.tally).toSorted(), kindNames.toSorted())
  for (const { what, value, verdict } of findingsOf(course)) {
    // Two seconds are too few to say where memory goes.
    const isMemory = /^memory in use/.test(what)
    assert.ok(isMemory ? verdict === 'cannot-tell' : verdict !== 'fail', `${what}: ${value}`)
  }
  assert.ok(course.reloads >= 1)
})

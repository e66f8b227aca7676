import assert from 'node:assert/strict'
import { test } from 'node:test'
import { faults } from '../../bench/chaos/faults.ts'
import { playFault } from '../../bench/chaos/play.ts'
import { scoreOf } from '../../bench/chaos/scorecard.ts'
import { canReadProc } from '../../bench/proc.ts'
import { onStage } from '../../bench/stage.ts'

test('a broken configuration is saved under load, and the scorecard says that nobody noticed', {
  skip: !canReadProc() && 'needs /proc',
}, async () => {
  const fault = faults.find(({ name }) => name === 'config-broken')
  assert.ok(fault !== undefined)
  const times = { warmUpMs: 300, lastsMs: 400, afterwardsMs: 400, rate: 50 }
  const score = scoreOf(fault, await onStage(stage => playFault(stage, fault, times)))
  assert.deepEqual(score.worse, [])
  assert.match(score.saw, /^200: \d+$/)
})

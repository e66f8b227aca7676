import assert from 'node:assert/strict'
import { test } from 'node:test'
import { faults } from '../../bench/chaos/faults.ts'
import { playFault } from '../../bench/chaos/play.ts'
import { scoreOf } from '../../bench/chaos/scorecard.ts'
import { endingsOf } from '../../bench/chaos/sighting.ts'
import { canReadProc } from '../../bench/proc.ts'
import { onStage } from '../../bench/stage.ts'

test('a broken configuration is saved under load, and clients are answered all the same', {
  skip: !canReadProc() && 'needs /proc',
}, async () => {
  const fault = faults.find(({ name }) => name === 'config-broken')
  assert.ok(fault !== undefined)
  const scale = { warmUpMs: 200, lastsMs: 200, afterwardsMs: 200, rate: 40, workers: 1 }
  const sighting = await onStage(stage => playFault(stage, fault, scale))
  // No more is certain of a machine that may stand still for longer than the policy waits.
  assert.equal(endingsOf(sighting)[0]?.[0], '200')
  assert.equal(sighting.arrivals.length > 0 && sighting.switchesBack, 0)
  assert.match(scoreOf(fault, sighting).saw, /^200: \d+/)
})

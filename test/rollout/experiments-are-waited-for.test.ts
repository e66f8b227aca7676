import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { ExperimentVerdict } from '../../src/experiment/finding.ts'
import { openRollout, ruleOf } from './rollouts.ts'

const rule = ruleOf({}, { experiments: ['conversion'], hold: '0s' })

const said = (verdict: ExperimentVerdict, missingMs = 0) => [
  { name: 'other', verdict: 'better' as const, text: 'other: better', missingMs: 0 },
  { name: 'conversion', verdict, text: 'conversion: +0.3 points', missingMs },
]

test('a stage that waits for an experiment is left when that finds V2 better or no worse, and by nothing else', () => {
  for (const good of ['better', 'no-worse'] as const) {
    const rollout = openRollout(rule)
    rollout.world.percent = 10
    rollout.look()
    assert.equal(rollout.after(3600).move, null)
    assert.match(rollout.words(), /needs conversion: nothing is known of it/)
    for (const verdict of ['not-yet', 'no-difference-shown', 'worse'] as const) {
      rollout.world.experiments = said(verdict)
      const { move, phase } = rollout.after(3600)
      assert.deepEqual([move, phase], [null, 'holding'])
      const word = verdict.replaceAll('-', ' ')
      assert.match(rollout.words(), new RegExp(`needs ${word}: conversion: \\+0\\.3 points`))
    }
    rollout.world.experiments = said(good)
    assert.equal(rollout.after(1).move, 25)
  }
})

test('of one that needs time a stage says how long', () => {
  const rollout = openRollout(rule)
  rollout.world.percent = 10
  rollout.world.experiments = said('not-yet', 86_400_000)
  rollout.look()
  const waiting = rollout.after(1).requirements.find(({ kind }) => kind === 'experiment')
  assert.deepEqual([waiting?.met, waiting?.aboutMs], [false, 86_400_000])
  rollout.world.experiments = said('no-difference-shown', 0)
  const over = rollout.after(1).requirements.find(({ kind }) => kind === 'experiment')
  assert.equal(over?.aboutMs, null)
})

test('a stage that waits for none is not held by one that is undecided', () => {
  const rollout = openRollout(ruleOf({}, { hold: '0s' }))
  rollout.world.percent = 10
  rollout.world.experiments = said('not-yet')
  rollout.look()
  assert.equal(rollout.after(1).move, 25)
})

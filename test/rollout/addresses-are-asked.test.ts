import assert from 'node:assert/strict'
import { test } from 'node:test'
import { openRollout, ruleOf } from './rollouts.ts'

const rule = ruleOf({}, { ask: 'http://127.0.0.1:9/may-we', hold: '0s' })

test('a stage with an address to ask is left when that says go, and for nothing else', () => {
  const rollout = openRollout(rule)
  rollout.world.percent = 10
  rollout.look()
  const answers = [
    { answer: null, text: 'has not answered yet' },
    { answer: { go: false, why: 'sales are closed' }, text: 'sales are closed' },
    { answer: { go: null, why: 'cannot be reached' }, text: 'cannot be reached' },
  ] as const
  for (const { answer, text } of answers) {
    rollout.world.answer = answer
    const { move, phase } = rollout.after(3600)
    assert.deepEqual([move, phase], [null, 'holding'])
    assert.match(rollout.words(), new RegExp(`^10 % → 25 %: needs ${text}; .*the gate is open$`))
  }
  rollout.world.answer = { go: true }
  assert.equal(rollout.after(1).move, 25)
})

test('nobody is asked before the first stage, nor behind the last', () => {
  const rollout = openRollout(rule)
  assert.equal(rollout.look().move, 10)
  rollout.world.percent = 100
  rollout.look()
  assert.equal(rollout.after(1).phase, 'promoted')
})

import assert from 'node:assert/strict'
import { test } from 'node:test'
import { openRollout, ruleOf } from './rollouts.ts'

test('where a person has to agree it waits, and goes on once one has', () => {
  const rollout = openRollout(ruleOf({ start: 'one-person' }))
  assert.equal(rollout.look().phase, 'waiting-approval')
  assert.equal(rollout.words(), '0 % → 10 %: needs the word of a person; the gate is open')
  assert.equal(rollout.say('promote'), 'done')
  assert.equal(rollout.after(1).move, 10)
})

test('two persons are two: one alone says it once', () => {
  const rollout = openRollout(ruleOf({ start: 'two-persons' }))
  rollout.look()
  assert.equal(rollout.say('promote'), 'done')
  assert.equal(rollout.say('promote'), 'already-agreed')
  assert.equal(rollout.say('promote', 'ANNA'), 'already-agreed')
  assert.equal(rollout.after(1).phase, 'waiting-approval')
  assert.match(rollout.words(), /agreed by anna, and the word of a second person/)
  assert.equal(rollout.say('promote', 'boris'), 'done')
  assert.equal(rollout.after(1).move, 10)
})

test('who agreed to one stage has not agreed to the next', () => {
  const rollout = openRollout(ruleOf({ start: 'one-person', approve: 'one-person' }))
  rollout.look()
  rollout.say('promote')
  rollout.after(1)
  rollout.obey()
  assert.equal(rollout.after(60).phase, 'waiting-approval')
  assert.match(rollout.words(), /needs the word of a person/)
})

test('a word given early counts when the rest is there', () => {
  const rollout = openRollout(ruleOf({ start: 'automatic', approve: 'one-person' }))
  rollout.look()
  rollout.obey()
  rollout.say('promote')
  assert.equal(rollout.after(30).phase, 'holding')
  assert.equal(rollout.after(30).move, 25)
})

test('behind the last stage there is nothing to agree to', () => {
  const rollout = openRollout(ruleOf({ approve: 'two-persons' }))
  rollout.world.percent = 100
  rollout.look()
  assert.equal(rollout.after(60).phase, 'promoted')
  assert.equal(rollout.say('promote'), 'finished')
})

test('a person stops it and lets it go on', () => {
  const rollout = openRollout(ruleOf())
  rollout.world.percent = 10
  rollout.look()
  assert.equal(rollout.say('continue'), 'not-paused')
  assert.equal(rollout.say('pause', 'anna', 'the night shift is thin'), 'done')
  assert.equal(rollout.say('pause'), 'already-paused')
  assert.equal(rollout.after(3600).phase, 'paused')
  assert.equal(rollout.words(), '10 % → 25 %: paused by anna: the night shift is thin')
  assert.equal(rollout.say('continue'), 'done')
  assert.equal(rollout.after(1).move, 25)
})

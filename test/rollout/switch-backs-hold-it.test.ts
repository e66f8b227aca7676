import assert from 'node:assert/strict'
import { test } from 'node:test'
import { openRollout, ruleOf } from './rollouts.ts'

test('a switch back stops it, whatever else is there', () => {
  const rollout = openRollout(ruleOf())
  rollout.world.percent = 10
  rollout.look()
  rollout.world.now += 60_000
  rollout.world.latch = { tripped: true, since: rollout.world.now }
  assert.deepEqual([rollout.look().phase, rollout.after(3600).move], ['switched-back', null])
  assert.equal(rollout.say('promote'), 'switched-back')
  assert.equal(rollout.words(), '10 %: switched back, all callers have V1')
})

test('after the resume the stage begins anew: its time, its requests, its approvals', () => {
  const rollout = openRollout(ruleOf({ approve: 'one-person' }, { minRequests: 5 }))
  rollout.world.percent = 10
  rollout.look()
  rollout.world.requests = 5
  rollout.after(59)
  rollout.say('promote')
  rollout.world.latch = { tripped: true, since: rollout.world.now }
  rollout.after(1)
  rollout.world.latch = { tripped: false, since: rollout.world.now }
  rollout.world.hasTraffic = false
  const { phase, state } = rollout.after(1)
  assert.equal(phase, 'holding')
  assert.deepEqual([state?.requests, state?.since], [0, rollout.world.latch.since])
  assert.match(rollout.words(), /5 more V2 requests.*the word of a person/)
})

test('what was on its way when it tripped is not told again', () => {
  const rollout = openRollout(ruleOf({}, { hold: '2h' }))
  rollout.world.percent = 10
  rollout.look()
  assert.equal(rollout.after(7200).move, 25)
  rollout.world.latch = { tripped: true, since: rollout.world.now }
  assert.equal(rollout.after(3600).move, null)
  rollout.world.latch = { tripped: false, since: rollout.world.now }
  const { news } = rollout.after(1)
  assert.deepEqual(news, [{ event: 'move-lost', from: 10, to: 25 }])
  assert.equal(rollout.after(3600).move, null)
})

test('what was on its way when it tripped, and arrived, was moved by nobody else', () => {
  const rollout = openRollout(ruleOf())
  rollout.look()
  rollout.world.latch = { tripped: true, since: rollout.world.now + 1 }
  rollout.after(1)
  rollout.world.percent = 10
  rollout.after(1)
  rollout.world.latch = { tripped: false, since: rollout.world.now }
  assert.deepEqual(rollout.after(1).news, [{ event: 'stage-begun', from: 0, to: 10 }])
})

import assert from 'node:assert/strict'
import { test } from 'node:test'
import { gateThat, openRollout, ruleOf } from './rollouts.ts'

test('a percentage moved by hand is followed from where it is, and that is news', () => {
  const rollout = openRollout(ruleOf())
  rollout.world.percent = 10
  rollout.look()
  rollout.after(60)
  rollout.world.percent = 30
  rollout.world.now += 1000
  const { news, phase, next } = rollout.look()
  assert.deepEqual(news, [{ event: 'moved-by-hand', from: 10, to: 30, jumped: false }])
  assert.deepEqual([phase, next], ['holding', 100])
  assert.equal(rollout.after(59).move, null)
  assert.equal(rollout.after(1).move, 100)
})

test('beyond a gate that is not open it is shown as a jump, and judged there', () => {
  const rollout = openRollout(ruleOf())
  rollout.world.gate = gateThat('not-yet')
  rollout.look()
  rollout.world.percent = 10
  assert.deepEqual(rollout.after(1).news, [
    { event: 'moved-by-hand', from: 0, to: 10, jumped: true },
  ])
  assert.match(rollout.words(), /set by hand beyond a gate that was not open$/)
})

test('over a whole stage is a jump whatever the gate says', () => {
  const rollout = openRollout(ruleOf())
  rollout.world.percent = 10
  rollout.look()
  rollout.world.percent = 100
  assert.deepEqual(rollout.after(60).news, [
    { event: 'moved-by-hand', from: 10, to: 100, jumped: true },
  ])
})

test('back to less is no jump, and begins that stage anew', () => {
  const rollout = openRollout(ruleOf())
  rollout.world.percent = 25
  rollout.look()
  rollout.world.percent = 10
  const { news, phase } = rollout.after(120)
  assert.deepEqual(news, [{ event: 'moved-by-hand', from: 25, to: 10, jumped: false }])
  assert.equal(phase, 'holding')
  assert.equal(rollout.state().since, rollout.world.now)
})

test('back to nothing is where it began', () => {
  const rollout = openRollout(ruleOf({ start: 'one-person' }))
  rollout.world.percent = 25
  rollout.look()
  rollout.world.percent = 0
  assert.equal(rollout.after(1).phase, 'waiting-approval')
})

test('a flag that cannot be read is neither moved nor taken for another percentage', () => {
  const rollout = openRollout(ruleOf())
  rollout.world.percent = 10
  rollout.look()
  rollout.world.unreadable = 'Unleash does not answer'
  const { move, phase, news } = rollout.after(3600)
  assert.deepEqual([move, phase, news], [null, 'holding', []])
  assert.equal(rollout.words(), 'stays as it is: Unleash does not answer')
  rollout.world.unreadable = null
  assert.equal(rollout.after(1).move, 25)
})

test('one that could never be read has no rollout yet', () => {
  const rollout = openRollout(ruleOf())
  rollout.world.unreadable = 'it has no strategy of kind flexibleRollout'
  const { state, phase } = rollout.look()
  assert.deepEqual([state, phase], [null, 'idle'])
})

test('what a person took down nobody raises without a word, though all is automatic', () => {
  for (const percent of [0, 10]) {
    const rollout = openRollout(ruleOf())
    rollout.world.percent = 25
    rollout.look()
    rollout.world.percent = percent
    assert.equal(rollout.after(1).move, null)
    assert.deepEqual(
      [rollout.after(60).phase, rollout.after(86_400).move],
      ['waiting-approval', null],
    )
    assert.match(rollout.words(), /needs the word of a person; .*; taken down by hand$/)
    // Nor does a switch back, or whatever resumes it.
    rollout.world.latch = { tripped: false, since: rollout.world.now }
    rollout.after(1)
    assert.equal(rollout.after(86_400).move, null)
    assert.equal(rollout.say('promote'), 'done')
    assert.equal(rollout.after(1).move, percent === 0 ? 10 : 25)
    rollout.obey()
    assert.equal(rollout.state().lowered, false)
  }
})

test('below the first stage V2 has callers, and must have had one to go on', () => {
  const rollout = openRollout(ruleOf())
  rollout.world.hasTraffic = false
  rollout.world.percent = 5
  const { phase, next } = rollout.look()
  assert.deepEqual([phase, next], ['holding', 10])
  assert.equal(rollout.after(86_400).move, null)
  assert.match(rollout.words(), /^5 % → 10 %: needs 1 more V2 request, none comes now/)
  rollout.world.requests = 1
  assert.equal(rollout.after(1).move, 10)
})

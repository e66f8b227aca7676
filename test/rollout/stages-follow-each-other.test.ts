import assert from 'node:assert/strict'
import { test } from 'node:test'
import { gateThat, openRollout, ruleOf } from './rollouts.ts'

test('a rollout goes from stage to stage, and is promoted behind the last', () => {
  const rollout = openRollout(ruleOf())
  const told: unknown[] = []
  let looked = rollout.look()
  for (let stage = 0; stage < 3; stage++) {
    assert.equal(looked.phase, 'progressing')
    told.push(looked.move)
    assert.deepEqual(
      [rollout.obey(), rollout.after(59)].map(({ phase, move }) => [phase, move]),
      [
        ['holding', null],
        ['holding', null],
      ],
    )
    looked = rollout.after(1)
  }
  assert.deepEqual(told, [10, 25, 100])
  assert.equal(looked.phase, 'promoted')
  assert.equal(looked.move, null)
  assert.deepEqual(looked.news, [{ event: 'promoted', from: 100, to: 100 }])
  assert.deepEqual(rollout.after(60).news, [])
  assert.equal(rollout.words(), '100 %: the last stage is over')
})

test('it is told once to move, until the flag says so', () => {
  const rollout = openRollout(ruleOf())
  assert.equal(rollout.look().move, 10)
  assert.equal(rollout.after(1).move, null)
  assert.equal(rollout.words(), '0 % → 10 %: the flag was told so and does not say so yet')
  const { news } = rollout.obey()
  assert.deepEqual(news, [{ event: 'stage-begun', from: 0, to: 10 }])
})

test('a flag that does not do what it was told is told again after a minute, and that is news', () => {
  const rollout = openRollout(ruleOf())
  rollout.look()
  assert.deepEqual(rollout.after(59).news, [])
  assert.deepEqual(rollout.after(1).news, [{ event: 'move-lost', from: 0, to: 10 }])
  assert.equal(rollout.after(1).move, 10)
})

test('a flag that never hears is told every minute, and that is news once', () => {
  const rollout = openRollout(ruleOf())
  rollout.look()
  const news = [60, 1, 60, 1, 60, 1].flatMap(seconds => rollout.after(seconds).news)
  assert.deepEqual(news, [{ event: 'move-lost', from: 0, to: 10 }])
  assert.deepEqual(rollout.obey().news, [{ event: 'stage-begun', from: 0, to: 10 }])
  assert.equal(rollout.state().unheard, false)
})

test('nothing moves while the gate is not open, however long that takes', () => {
  for (const state of ['closed', 'not-yet'] as const) {
    const rollout = openRollout(ruleOf())
    rollout.world.gate = gateThat(state, 'errors max 1%: 120 more requests')
    assert.deepEqual([rollout.look().phase, rollout.after(86_400 * 30).move], ['shadowing', null])
    assert.equal(rollout.words(), '0 % → 10 %: needs errors max 1%: 120 more requests')
  }
})

test('before the first stage it is idle where nothing is copied to V2', () => {
  const rollout = openRollout(ruleOf())
  rollout.world.gate = gateThat('not-yet')
  rollout.world.isShadowed = false
  assert.equal(rollout.look().phase, 'idle')
})

test('a stage counts the requests of V2, and says how many are missing and about how long', () => {
  const rollout = openRollout(ruleOf({}, { minRequests: 5000, hold: '0s' }))
  rollout.look()
  rollout.world.requests = 900
  rollout.obey()
  rollout.world.requests = 1880
  rollout.world.requestsPerMinute = 78
  assert.equal(rollout.after(10).phase, 'holding')
  assert.equal(
    rollout.words(),
    '10 % → 25 %: needs 3,120 more V2 requests, about 40 min; the gate is open',
  )
  rollout.world.requestsPerMinute = 0
  rollout.world.hasTraffic = false
  rollout.after(1)
  assert.match(rollout.words(), /3,120 more V2 requests, none comes now/)
  rollout.world.requests = 3120
  assert.equal(rollout.after(1).move, 25)
})

test('requests of the stage before do not count for the next', () => {
  const rollout = openRollout(ruleOf({}, { minRequests: 10, hold: '0s' }))
  rollout.look()
  rollout.world.requests = 1000
  assert.equal(rollout.obey().move, null)
  assert.equal(rollout.state().requests, 0)
})

test('with dryRun everything is said and nothing is moved', () => {
  const rollout = openRollout(ruleOf({ dryRun: true }))
  const { move, phase, next, state } = rollout.look()
  assert.deepEqual([move, phase, next, state?.moving], [null, 'shadowing', 10, null])
})

test('without a single request in a stage nothing moves, however long it is held', () => {
  const rollout = openRollout(ruleOf())
  rollout.world.hasTraffic = false
  rollout.look()
  rollout.obey()
  assert.deepEqual([rollout.after(86_400).phase, rollout.after(86_400).move], ['holding', null])
  assert.equal(
    rollout.words(),
    '10 % → 25 %: needs 1 more V2 request, none comes now; held for 60 s; the gate is open',
  )
})

test('requests of before the first look are of no stage', () => {
  const rollout = openRollout(ruleOf({}, { minRequests: 10, hold: '0s' }))
  rollout.world.percent = 10
  rollout.world.requests = 5000
  assert.equal(rollout.look().move, null)
  assert.equal(rollout.state().requests, 0)
})

test('a stage that is taken out of the plan is gone on from as any other percent', () => {
  const rollout = openRollout(ruleOf())
  rollout.world.percent = 25
  rollout.look()
  const [first, , last] = ruleOf().stages
  assert.ok(first && last)
  rollout.change({ ...ruleOf(), stages: [{ ...first, holdMs: 120_000 }, last] })
  assert.deepEqual([rollout.after(60).phase, rollout.after(59).move], ['holding', null])
  assert.equal(rollout.after(1).move, 100)
})

test('a stage that is put behind the last is gone to, and until then nothing is over', () => {
  const rule = ruleOf({ approve: 'one-person' })
  const rollout = openRollout({ ...rule, stages: rule.stages.slice(0, 2) })
  rollout.world.percent = 25
  rollout.look()
  assert.equal(rollout.after(60).phase, 'promoted')
  rollout.change(rule)
  rollout.world.gate = gateThat('not-yet')
  assert.equal(rollout.after(1).phase, 'holding')
  rollout.world.gate = gateThat('open')
  assert.equal(rollout.after(1).phase, 'waiting-approval')
  rollout.say('promote')
  assert.equal(rollout.after(1).move, 100)
})

test('a clock that is set back keeps no lost move waiting', () => {
  const rollout = openRollout(ruleOf())
  rollout.look()
  assert.deepEqual(rollout.after(-86_400).news, [{ event: 'move-lost', from: 0, to: 10 }])
  assert.equal(rollout.after(1).move, 10)
})

import assert from 'node:assert/strict'
import { test } from 'node:test'
import { createResumeAfter, resumeAfterMs, resumesAt } from '../../src/fleet/latch/resume-after.ts'
import { drillOf } from '../../src/guard/latch-state.ts'
import { createManualClock } from '../support/manual-clock.ts'
import { plainRules } from '../support/rules.ts'
import { machine, openStore, settled, stateDir } from './machines.ts'
import { latch } from './store-states.ts'

function route(flag: string | undefined, resumeAfter: number | null) {
  const switchBack = { ...plainRules.switchBack, resumeAfterMs: resumeAfter }
  return { flag, rules: { ...plainRules, switchBack } }
}

test('a flag resumes after the longest time, and only if every route says one', () => {
  const routes = [route('a', 1000), route('a', 5000), route('b', 1000), route('b', null)]
  assert.equal(resumeAfterMs('a', routes), 5000)
  assert.equal(resumeAfterMs('b', routes), null)
  assert.equal(resumeAfterMs('gone', routes), null)
})

test('only a breach is undone by time: what a person sent back, a person resumes', () => {
  const routes = [route('v2_migration', 1000)]
  const since = 50
  assert.equal(resumesAt(latch({ since }), routes), 1050)
  assert.equal(resumesAt(latch({ since, reason: 'operator' }), routes), null)
  assert.equal(resumesAt(latch({ since, state: 'open' }), routes), null)
  const drill = latch({ since, flag: drillOf('v2_migration'), reason: 'drill' })
  assert.equal(resumesAt(drill, routes), null)
})

test('the time counts from the trip, over a restart', async t => {
  const clock = createManualClock()
  const dir = stateDir(t)
  const first = machine(t, { local: openStore(t, clock, dir), clock })
  await first.keeper.start()
  first.keeper.trip(latch({ since: clock.now() }))
  await first.keeper.close()
  clock.advance(60_000)

  const { keeper, audit } = machine(t, { local: openStore(t, clock, dir), clock })
  await keeper.start()
  const after = createResumeAfter({
    clock,
    routes: () => [route('v2_migration', 90_000)],
    latches: () => keeper.latches().map(({ state }) => state),
    resume: flag =>
      keeper.change({ flag, to: 'open', who: 'machine-a', note: null, reason: 'resume-after' }),
  })
  t.after(() => after.close())
  clock.advance(29_000)
  await settled()
  assert.equal(keeper.stateOf('v2_migration').state, 'tripped')
  clock.advance(1000)
  await settled()
  const { state, reason, version } = keeper.stateOf('v2_migration')
  assert.deepEqual([state, reason, version], ['open', 'resume-after', 2])
  assert.match(audit[0]?.why ?? '', /V2 is allowed again, since the time that the policy sets/)
})

for (const { whose, sinceMs } of [
  { whose: 'another machine whose clock is behind', sinceMs: -3_600_000 },
  { whose: 'this machine', sinceMs: 0 },
]) {
  test(`a trip of ${whose} that was lived through is over no sooner`, async t => {
    const clock = createManualClock()
    const { keeper } = machine(t, { local: openStore(t, clock), clock })
    await keeper.start()
    const after = createResumeAfter({
      clock,
      routes: () => [route('v2_migration', 90_000)],
      latches: () => keeper.latches().map(({ state }) => state),
      resume: flag =>
        keeper.change({ flag, to: 'open', who: 'machine-a', note: null, reason: 'resume-after' }),
    })
    t.after(() => after.close())
    keeper.trip(latch({ since: clock.now() + sinceMs }))
    clock.advance(90_000)
    await settled()
    assert.equal(keeper.stateOf('v2_migration').state, 'tripped')
    // It was seen within a second.
    clock.advance(1000)
    await settled()
    assert.equal(keeper.stateOf('v2_migration').state, 'open')
  })
}

test('a wall clock that is put right does not bring a resume forward', async t => {
  const clock = createManualClock()
  const is = { aheadMs: 0 }
  const wall = { ...clock, now: () => clock.now() + is.aheadMs }
  const { keeper } = machine(t, { local: openStore(t, wall), clock: wall })
  await keeper.start()
  const resumed: string[] = []
  const after = createResumeAfter({
    clock: wall,
    routes: () => [route('v2_migration', 90_000)],
    latches: () => keeper.latches().map(({ state }) => state),
    resume: async flag => resumed.push(flag),
  })
  t.after(() => after.close())
  keeper.trip(latch({ since: wall.now() }))
  clock.advance(1000)
  is.aheadMs = 3_600_000
  clock.advance(89_000)
  assert.deepEqual(resumed, [])
  clock.advance(1000)
  assert.deepEqual(resumed, ['v2_migration'])
})

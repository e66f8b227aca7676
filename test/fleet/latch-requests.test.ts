import assert from 'node:assert/strict'
import { test } from 'node:test'
import { drillOf } from '../../src/guard/latch-state.ts'
import { createManualClock } from '../support/manual-clock.ts'
import { machine, openStore } from './machines.ts'

const rollback = {
  flag: 'v2_migration',
  to: 'tripped',
  who: 'ada',
  note: 'prices are wrong',
  reason: 'operator',
} as const

async function started(t: Parameters<typeof openStore>[0]) {
  const clock = createManualClock()
  const parts = machine(t, { local: openStore(t, clock), clock })
  await parts.keeper.start()
  return { ...parts, clock }
}

test('a person switches back and resumes, each once', async t => {
  const { keeper, audit, clock } = await started(t)
  const first = await keeper.change(rollback)
  assert.deepEqual(first.done && first.state, {
    flag: 'v2_migration',
    state: 'tripped',
    version: 1,
    since: clock.now(),
    by: 'ada',
    reason: 'operator',
    note: 'prices are wrong',
    evidence: null,
  })
  assert.equal(first.done && first.shared, 'none')
  const again = await keeper.change(rollback)
  assert.equal(!again.done && again.refusal, 'already-tripped')
  assert.match(again.text, /must be open, received tripped \(by ada, version 1\)/)

  const resumed = await keeper.change({ ...rollback, to: 'open', note: 'fixed' })
  assert.equal(resumed.done && resumed.state.version, 2)
  const twice = await keeper.change({ ...rollback, to: 'open' })
  assert.equal(!twice.done && twice.refusal, 'already-open')
  assert.deepEqual(
    audit.map(({ event, who, why }) => [event, who, why]),
    [
      ['latch-tripped', 'ada', 'v2_migration: ada sent all traffic back to V1: prices are wrong'],
      ['latch-resumed', 'ada', 'v2_migration: ada allowed V2 again: fixed'],
    ],
  )
})

test('a flag that no route names is refused by its name', async t => {
  const { keeper, steps } = await started(t)
  const answer = await keeper.change({ ...rollback, flag: 'v2_migartion' })
  assert.equal(!answer.done && answer.refusal, 'unknown-flag')
  assert.match(answer.text, /flag must be one that a route names, received "v2_migartion"/)
  assert.deepEqual(steps, [])
})

test('a latch whose flag left the routes can still be resumed', async t => {
  const { keeper } = await started(t)
  keeper.trip({ ...keeper.stateOf('gone'), state: 'tripped', version: 1, reason: 'budget-breach' })
  const answer = await keeper.change({ ...rollback, flag: 'gone', to: 'open' })
  assert.ok(answer.done)
})

test('a drill moves a latch of its own', async t => {
  const { keeper, audit } = await started(t)
  const begun = await keeper.change({ ...rollback, reason: 'drill' })
  assert.equal(begun.done && begun.state.flag, drillOf('v2_migration'))
  assert.equal(keeper.stateOf('v2_migration').state, 'open')
  const ended = await keeper.change({ ...rollback, to: 'open', reason: 'drill' })
  assert.equal(ended.done && ended.state.reason, 'drill')
  assert.deepEqual(
    audit.map(({ event }) => event),
    ['drill', 'drill'],
  )
})

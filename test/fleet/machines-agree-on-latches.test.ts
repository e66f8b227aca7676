import assert from 'node:assert/strict'
import { test } from 'node:test'
import { drillOf } from '../../src/guard/latch-state.ts'
import { createManualClock } from '../support/manual-clock.ts'
import { lineTo, machine, openStore, settled, stateDir } from './machines.ts'
import { latch } from './store-states.ts'

const resume = {
  flag: 'v2_migration',
  to: 'open',
  who: 'ada',
  note: 'fixed',
  reason: 'operator',
} as const

test('a trip of one machine reaches the other, whose workers hear of it once', async t => {
  const clock = createManualClock()
  const [dirA, dirB, place] = [stateDir(t), stateDir(t), stateDir(t)]
  const sharedOf = () => openStore(t, clock, place)
  const a = machine(t, { local: openStore(t, clock, dirA), shared: sharedOf(), clock })
  const b = machine(t, { local: openStore(t, clock, dirB), shared: sharedOf(), clock })
  await a.keeper.start()
  await b.keeper.start()
  a.keeper.trip(latch())
  await settled()
  clock.advance(1000)
  await settled()
  assert.deepEqual(b.steps, [
    'worker v2_migration tripped 1',
    'audit latch-learned',
    'news v2_migration tripped 1 from shared',
  ])
  assert.deepEqual(await openStore(t, clock, dirB).latches(), [latch()])
  assert.deepEqual(
    [...a.audit, ...b.audit].map(({ event, who }) => [event, who]),
    [
      ['latch-tripped', 'machine-a'],
      ['latch-learned', 'machine-a'],
    ],
  )
})

test('a lost message costs no more than the next look', async t => {
  const clock = createManualClock()
  const shared = openStore(t, clock)
  const deaf = lineTo(shared)
  deaf.mute()
  const a = machine(t, { local: openStore(t, clock), shared, clock })
  const b = machine(t, { local: openStore(t, clock), shared: deaf.line, clock })
  await a.keeper.start()
  await b.keeper.start()
  a.keeper.trip(latch())
  await settled()
  assert.equal(b.keeper.stateOf('v2_migration').state, 'open')
  clock.advance(1000)
  await settled()
  assert.equal(b.keeper.stateOf('v2_migration').state, 'tripped')
})

test('a machine that is cut off guards alone, says so, and brings what it saw when it is back', async t => {
  const clock = createManualClock()
  const shared = openStore(t, clock)
  const { line, cut, mend } = lineTo(shared)
  const a = machine(t, { local: openStore(t, clock), shared: line, clock })
  const b = machine(t, { local: openStore(t, clock), shared, clock })
  await a.keeper.start()
  await b.keeper.start()
  assert.equal(a.keeper.aloneSince(), null)
  cut()
  const cutAt = clock.now()
  a.keeper.trip(latch())
  await settled()
  assert.equal(a.keeper.stateOf('v2_migration').state, 'tripped')
  assert.equal(b.keeper.stateOf('v2_migration').state, 'open')
  assert.equal(a.keeper.aloneSince(), cutAt)
  assert.equal(a.steps.at(-1), 'the shared store is lost: this machine guards alone')
  mend()
  clock.advance(1000)
  await settled()
  clock.advance(1000)
  await settled()
  assert.equal(a.keeper.aloneSince(), null)
  assert.equal(b.keeper.stateOf('v2_migration').state, 'tripped')
})

test('a shared store that began empty is told again what holds, rehearsals too', async t => {
  const clock = createManualClock()
  const local = openStore(t, clock)
  await local.putLatch(latch({ version: 7 }))
  await local.putLatch(latch({ flag: drillOf('v2_migration'), reason: 'drill' }))
  const shared = openStore(t, clock)
  const { keeper } = machine(t, { local, shared, clock })
  await keeper.start()
  const versions = (await shared.latches()).map(({ flag, version }) => `${flag} ${version}`)
  assert.deepEqual(versions.sort(), ['v2_migration 7', 'v2_migration#drill 1'])
})

test('a machine that starts takes what others have done since, and is tripped if it was', async t => {
  const clock = createManualClock()
  const [local, shared] = [openStore(t, clock), openStore(t, clock)]
  await local.putLatch(latch({ version: 3 }))
  await shared.putLatch(latch({ version: 4, state: 'open', by: 'ada', reason: 'operator' }))
  const { keeper, news } = machine(t, { local, shared, clock })
  await keeper.start()
  assert.equal(keeper.stateOf('v2_migration').version, 4)
  assert.deepEqual(
    news.map(({ from }) => from),
    ['store', 'shared'],
  )

  const { line, cut } = lineTo(shared)
  cut()
  const alone = machine(t, { local: openStore(t, clock), shared: line, clock })
  await alone.keeper.start()
  assert.notEqual(alone.keeper.aloneSince(), null)
})

test('a resume that another trip overtook does not open V2', async t => {
  const clock = createManualClock()
  const shared = openStore(t, clock)
  const deaf = lineTo(shared)
  deaf.mute()
  const { keeper, steps } = machine(t, { local: openStore(t, clock), shared: deaf.line, clock })
  await keeper.start()
  keeper.trip(latch())
  await settled()
  await shared.putLatch(latch({ version: 3, by: 'machine-b' }))
  const answer = await keeper.change(resume)
  assert.equal(answer.done, false)
  assert.equal(!answer.done && answer.refusal, 'overtaken')
  assert.equal(keeper.stateOf('v2_migration').version, 3)
  assert.ok(!steps.some(step => step.includes(' open ')))
})

test('with the shared store down a person changes this machine alone, and is told', async t => {
  const clock = createManualClock()
  const shared = openStore(t, clock)
  const { line, cut, mend } = lineTo(shared)
  const { keeper } = machine(t, { local: openStore(t, clock), shared: line, clock })
  await keeper.start()
  keeper.trip(latch())
  await settled()
  cut()
  const answer = await keeper.change(resume)
  assert.ok(answer.done)
  assert.equal(answer.shared, 'down')
  assert.match(answer.text, /ada allowed V2 again: fixed.*on this machine only/)
  assert.equal(keeper.stateOf('v2_migration').state, 'open')
  mend()
  clock.advance(1000)
  await settled()
  assert.equal((await shared.latches())[0]?.state, 'open')
})

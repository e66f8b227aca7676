import assert from 'node:assert/strict'
import { type TestContext, test } from 'node:test'
import { createManualClock } from '../support/manual-clock.ts'
import { lineTo, type Machine, machine, openStore, settled, stateDir } from './machines.ts'
import { latch } from './store-states.ts'

const person = { flag: 'v2_migration', who: 'ada', note: null, reason: 'operator' } as const

/** Machine `a`, whose line to the others can be cut, and `b`. */
async function twoMachines(t: TestContext) {
  const clock = createManualClock()
  const [dir, place] = [stateDir(t), stateDir(t)]
  const { line, ...lineOfA } = lineTo(openStore(t, clock, place))
  const a = machine(t, { local: openStore(t, clock, dir), shared: line, clock })
  const b = machine(t, { local: openStore(t, clock), shared: openStore(t, clock, place), clock })
  await a.keeper.start()
  await b.keeper.start()

  async function pass(ms: number): Promise<void> {
    clock.advance(ms)
    await settled()
  }
  /** The others switch back and allow V2 again, a second later each: version 2. */
  async function resumeOnB(): Promise<void> {
    for (const to of ['tripped', 'open'] as const) {
      await pass(1000)
      assert.ok((await b.keeper.change({ ...person, to })).done)
    }
  }
  return { clock, dir, place, a, b, pass, resumeOnB, ...lineOfA }
}

function held({ keeper }: Machine) {
  const { state, version, by } = keeper.stateOf('v2_migration')
  return `${state} ${version} by ${by}`
}

test('a trip that nobody heard of outlives an earlier resume of the others', async t => {
  const { clock, a, b, pass, resumeOnB, cut, mend } = await twoMachines(t)
  cut()
  await resumeOnB()
  await pass(1000)
  const trip = latch({ since: clock.now() })
  a.keeper.trip(trip)
  await settled()
  mend()
  for (let look = 0; look < 3; look++) await pass(1000)
  assert.deepEqual(a.keeper.stateOf('v2_migration'), { ...trip, version: 3 })
  assert.deepEqual(b.keeper.stateOf('v2_migration'), { ...trip, version: 3 })
  assert.ok(!a.steps.some(step => step.includes(' open ')), 'V2 was never allowed in between')
  assert.deepEqual(
    a.audit.map(({ event, why }) => `${event}: ${why}`),
    [
      'latch-tripped: v2_migration: all traffic is back on V1. 31 of 412 answers failed, allowed 1 %',
      'latch-tripped: put above version 2, which is older: v2_migration: all traffic is back on V1. 31 of 412 answers failed, allowed 1 %',
    ],
  )
})

test('so does what a person sent back there', async t => {
  const { a, b, pass, resumeOnB, cut, mend } = await twoMachines(t)
  cut()
  await resumeOnB()
  await pass(1000)
  const note = 'prices are wrong'
  assert.ok((await a.keeper.change({ ...person, to: 'tripped', who: 'bob', note })).done)
  mend()
  for (let look = 0; look < 3; look++) await pass(1000)
  assert.deepEqual([held(a), held(b)], ['tripped 3 by bob', 'tripped 3 by bob'])
  assert.equal(b.keeper.stateOf('v2_migration').note, note)
})

test('and over a restart, before the others could be reached', async t => {
  const { clock, dir, place, a, b, pass, resumeOnB, cut } = await twoMachines(t)
  cut()
  await resumeOnB()
  await pass(1000)
  a.keeper.trip(latch({ since: clock.now() }))
  await a.keeper.close()
  const shared = openStore(t, clock, place)
  const again = machine(t, { local: openStore(t, clock, dir), shared, clock })
  await again.keeper.start()
  await pass(1000)
  assert.deepEqual([held(again), held(b)], ['tripped 3 by machine-a', 'tripped 3 by machine-a'])
})

test('where only a message was lost the answer to the trip tells of the resume', async t => {
  const { clock, a, b, mute, pass } = await twoMachines(t)
  mute()
  // Between two looks at the store.
  await pass(500)
  for (const to of ['tripped', 'open'] as const) await b.keeper.change({ ...person, to })
  clock.advance(1)
  a.keeper.trip(latch({ since: clock.now() }))
  await settled()
  assert.equal(held(a), 'tripped 3 by machine-a')
  await pass(1000)
  assert.equal(held(b), 'tripped 3 by machine-a')
})

test('a resume that came after the trip holds, and the audit says where from', async t => {
  const { clock, a, b, pass, resumeOnB, cut, mend } = await twoMachines(t)
  cut()
  a.keeper.trip(latch({ since: clock.now() }))
  await settled()
  await resumeOnB()
  mend()
  await pass(1000)
  await pass(1000)
  assert.deepEqual([held(a), held(b)], ['open 2 by ada', 'open 2 by ada'])
  const last = a.audit.at(-1)
  assert.deepEqual(
    [last?.event, last?.who, last?.why],
    ['latch-learned', 'ada', 'learned from the shared store: v2_migration: ada allowed V2 again'],
  )
})

test('a trip that was heard of is over once it is resumed, by whatever clock', async t => {
  const { clock, a, b, pass } = await twoMachines(t)
  // The clock of the machine that tripped is ahead.
  a.keeper.trip(latch({ since: clock.now() + 60_000 }))
  await pass(250)
  assert.equal(held(b), 'tripped 1 by machine-a')
  assert.ok((await b.keeper.change({ ...person, to: 'open' })).done)
  await pass(1000)
  assert.deepEqual([held(a), held(b)], ['open 2 by ada', 'open 2 by ada'])
})

test('a third machine that was only told holds nothing up', async t => {
  const { clock, place, a, b, pass } = await twoMachines(t)
  const shared = openStore(t, clock, place)
  const c = machine(t, { local: openStore(t, clock), shared, clock })
  await c.keeper.start()
  // Its messages come, and its own looks at the store are a second apart.
  await pass(10)
  a.keeper.trip(latch({ since: clock.now() + 60_000 }))
  await pass(250)
  assert.equal(held(c), 'tripped 1 by machine-a')
  assert.ok((await b.keeper.change({ ...person, to: 'open' })).done)
  await pass(250)
  assert.equal(held(c), 'open 2 by ada')
})

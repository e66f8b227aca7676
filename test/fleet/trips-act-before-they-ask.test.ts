import assert from 'node:assert/strict'
import { test } from 'node:test'
import { createManualClock } from '../support/manual-clock.ts'
import { lineTo, machine, openStore, settled, stateDir } from './machines.ts'
import { latch } from './store-states.ts'

test('a trip is known to the workers, then on disk, before anybody else is asked', async t => {
  const clock = createManualClock()
  const dir = stateDir(t)
  const local = openStore(t, clock, dir)
  const order: string[] = []
  const told: typeof local = {
    ...local,
    putLatch: state => {
      order.push('disk')
      return local.putLatch(state)
    },
  }
  const shared = openStore(t, clock)
  const far: typeof shared = {
    ...shared,
    putLatch: state => {
      order.push('shared')
      return shared.putLatch(state)
    },
  }
  const { keeper, steps } = machine(t, { local: told, shared: far, clock })
  await keeper.start()
  const before = steps.length
  steps.push = (...each) => order.push(...each)
  keeper.trip(latch())
  // Nothing was awaited: all this had happened when the call returned.
  assert.equal(before, 0)
  assert.deepEqual(order, [
    'worker v2_migration tripped 1',
    'disk',
    'shared',
    'audit latch-tripped',
    'news v2_migration tripped 1 from worker',
  ])
  assert.deepEqual(await openStore(t, clock, dir).latches(), [latch()])
})

test('a trip of a shared store that never answers stands all the same', async t => {
  const clock = createManualClock()
  const shared = openStore(t, clock)
  const hung: typeof shared = { ...shared, putLatch: () => new Promise(() => {}) }
  const { keeper, steps } = machine(t, { local: openStore(t, clock), shared: hung, clock })
  await keeper.start()
  keeper.trip(latch())
  assert.deepEqual(steps, [
    'worker v2_migration tripped 1',
    'audit latch-tripped',
    'news v2_migration tripped 1 from worker',
  ])
})

test('how far a trip has come is known by its times', async t => {
  const clock = createManualClock()
  const { line, cut, mend } = lineTo(openStore(t, clock))
  const { keeper } = machine(t, { local: openStore(t, clock), shared: line, clock })
  await keeper.start()
  cut()
  const trippedAt = clock.now()
  keeper.trip(latch())
  await settled()
  const times = () => keeper.latches()[0]?.times
  const here = { receivedAt: trippedAt, broadcastAt: trippedAt, savedAt: trippedAt }
  assert.deepEqual(times(), { ...here, sharedAt: null })
  mend()
  clock.advance(1000)
  await settled()
  assert.deepEqual(times(), { ...here, sharedAt: trippedAt + 1000 })
  clock.advance(1000)
  await settled()
  assert.deepEqual(times(), { ...here, sharedAt: trippedAt + 1000 })
})

test('a worker that trips on what was settled long ago is told what holds', async t => {
  const clock = createManualClock()
  const { keeper, steps, news } = machine(t, { local: openStore(t, clock), clock })
  await keeper.start()
  keeper.trip(latch())
  const resumed = await keeper.change({
    flag: 'v2_migration',
    to: 'open',
    who: 'ada',
    note: null,
    reason: 'operator',
  })
  assert.ok(resumed.done)
  keeper.trip(latch({ since: 1 }))
  assert.equal(steps.at(-1), 'worker v2_migration open 2')
  assert.equal(news.length, 2)
})

test('a latch that cannot be saved holds, and is saved when the disk is back', async t => {
  const clock = createManualClock()
  const { line, cut, mend } = lineTo(openStore(t, clock))
  const { keeper, steps } = machine(t, { local: line, clock })
  await keeper.start()
  cut()
  keeper.trip(latch())
  await settled()
  assert.equal(keeper.stateOf('v2_migration').state, 'tripped')
  assert.equal(steps.at(-1), 'a latch could not be saved')
  mend()
  clock.advance(1000)
  await settled()
  assert.deepEqual(await line.latches(), [latch()])
})

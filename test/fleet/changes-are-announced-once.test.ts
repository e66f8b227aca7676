import assert from 'node:assert/strict'
import { test } from 'node:test'
import { createManualClock } from '../support/manual-clock.ts'
import { announcer, hook } from './announcers.ts'
import { eventually } from './eventually.ts'
import { lineTo, openStore, settled, stateDir } from './machines.ts'
import { startReceiver } from './receiver.ts'
import { latch } from './store-states.ts'

const trip = latch({ since: 1_700_000_000_000 })

test('of two machines that know of a switch back one tells of it, and both know', async t => {
  const clock = createManualClock()
  const shared = openStore(t, clock)
  const receiver = await startReceiver(t)
  const audience = { webhooks: [hook(receiver.url)] }
  const machines = ['a', 'b'].map(machine =>
    announcer(t, { machine, clock, local: openStore(t, clock), shared, audience }),
  )
  for (const { announcer } of machines) announcer.onChange(trip)
  await receiver.nth(1)
  for (const { announcer } of machines) {
    await eventually(() => {
      // V1 is watched for its time; then the other machine's look finds all of it done.
      clock.advance(1000)
      return (
        announcer
          .statuses('v2_migration')
          .every(({ state }) => state !== 'under-way' && state !== 'elsewhere') &&
        announcer.statuses('v2_migration').length > 0
      )
    })
  }
  assert.equal(receiver.received.length, 1)
  const delivered = machines.map(
    ({ audit }) => audit.filter(({ event }) => event === 'webhook-delivered').length,
  )
  assert.deepEqual(delivered.sort(), [0, 1])
})

test('when the machine that tells dies, another goes on under the same delivery', async t => {
  const standing = createManualClock()
  const clock = createManualClock()
  const place = stateDir(t)
  const receiver = await startReceiver(t)
  receiver.script.push(null)
  const audience = { webhooks: [hook(receiver.url)] }
  // Its time stands still from here on: it renews nothing and ends nothing, as one that was killed.
  const dying = announcer(t, {
    machine: 'a',
    clock: standing,
    local: openStore(t, standing),
    shared: openStore(t, standing, place),
    audience,
  })
  dying.announcer.onChange(trip)
  const first = await receiver.nth(1)
  const next = announcer(t, {
    machine: 'b',
    clock,
    local: openStore(t, clock),
    shared: openStore(t, clock, place),
    audience,
  })
  next.announcer.onChange(trip)
  await eventually(() => next.announcer.statuses('v2_migration').length > 0)
  assert.deepEqual(
    next.announcer.statuses('v2_migration').map(({ state }) => state),
    ['elsewhere', 'elsewhere'],
  )
  const second = eventually(() => {
    clock.advance(1000)
    return receiver.received[1]
  })
  assert.equal(
    (await second).headers['x-switchback-delivery'],
    first.headers['x-switchback-delivery'],
  )
})

test('a machine that cannot tell says so, and another does', async t => {
  const clock = createManualClock()
  const shared = openStore(t, clock)
  const receiver = await startReceiver(t)
  const audience = { webhooks: [hook(receiver.url, { events: ['validated'] })] }
  const counts = () => ({ requests: 0, failed: 0 })
  const health = () => Promise.reject(new Error('no worker answers'))
  const failing = announcer(t, {
    ...{ machine: 'a', clock, local: openStore(t, clock), shared, audience },
    v1: { counts, health },
  })
  failing.announcer.onChange(trip)
  await eventually(() => {
    clock.advance(1000)
    return failing.counts.some(each => each.startsWith('error '))
  })
  const next = announcer(t, {
    ...{ machine: 'b', clock, local: openStore(t, clock), shared, audience },
  })
  next.announcer.onChange(trip)
  for (let second = 0; second < 60; second++) {
    clock.advance(1000)
    await settled()
  }
  assert.equal(next.counts.includes('validation failed'), true)
})

test('a restart finishes what was begun and repeats nothing that was done', async t => {
  const clock = createManualClock()
  const dir = stateDir(t)
  const [good, bad] = [await startReceiver(t), await startReceiver(t)]
  bad.script.push(503)
  const audience = { webhooks: [hook(good.url), hook(bad.url)] }
  const before = announcer(t, { clock, local: openStore(t, clock, dir), audience })
  before.announcer.onChange(trip)
  await eventually(
    () => before.counts.includes('webhook done') && before.counts.includes('webhook again'),
  )
  await before.announcer.close()

  const after = announcer(t, { clock, local: openStore(t, clock, dir), audience })
  after.announcer.onChange(trip)
  await bad.nth(2)
  await eventually(() => {
    clock.advance(1000)
    return after.counts.length === 2
  })
  assert.equal(good.received.length, 1)
  assert.deepEqual(after.counts.sort(), ['validation failed', 'webhook done'])

  // Nor is anybody told of old news who is new in the configuration.
  const newcomer = await startReceiver(t)
  const later = announcer(t, {
    clock,
    local: openStore(t, clock, dir),
    audience: { webhooks: [hook(newcomer.url)] },
  })
  later.announcer.onChange(trip)
  const statuses = () => later.announcer.statuses('v2_migration')
  await eventually(() => statuses()[0]?.text !== '' && statuses().length > 0)
  assert.deepEqual(
    statuses().map(({ step, state }) => `${step} ${state}`),
    ['validation failed'],
  )
  assert.deepEqual([newcomer.received.length, good.received.length], [0, 1])
})

test('with the shared store down each machine tells for itself', async t => {
  const clock = createManualClock()
  const receiver = await startReceiver(t)
  const audience = { webhooks: [hook(receiver.url)] }
  const { line, cut } = lineTo(openStore(t, clock))
  cut()
  for (const machine of ['a', 'b']) {
    const made = announcer(t, {
      machine,
      clock,
      local: openStore(t, clock),
      shared: line,
      audience,
    })
    made.announcer.onChange(trip)
  }
  const both = [await receiver.nth(1), await receiver.nth(2)]
  const ids = new Set(both.map(({ headers }) => headers['x-switchback-delivery']))
  assert.equal(ids.size, 1)
})

test('with no store at all to ask it is told all the same', async t => {
  const clock = createManualClock()
  const receiver = await startReceiver(t)
  const { line, cut } = lineTo(openStore(t, clock))
  cut()
  const audience = { webhooks: [hook(receiver.url)] }
  const { announcer: made } = announcer(t, { clock, local: line, audience })
  made.onChange(trip)
  await receiver.nth(1)
})

test('a rehearsal and what never happened are nobody’s business', async t => {
  const clock = createManualClock()
  const receiver = await startReceiver(t)
  const audience = { webhooks: [hook(receiver.url)] }
  const { announcer: made } = announcer(t, { clock, local: openStore(t, clock), audience })
  made.onChange(latch({ flag: 'v2_migration#drill', reason: 'drill' }))
  made.onChange(latch({ version: 0, state: 'open', reason: 'never-tripped' }))
  assert.deepEqual(made.statuses('v2_migration#drill'), [])
  made.onChange(trip)
  assert.equal(JSON.parse((await receiver.nth(1)).body).latch.reason, 'budget-breach')
  await made.close()
  assert.equal(receiver.received.length, 1)
})

test('closing does not wait for anybody who does not answer', async t => {
  const clock = createManualClock()
  const receiver = await startReceiver(t)
  receiver.script.push(null)
  const audience = { webhooks: [hook(receiver.url)] }
  const { announcer: made } = announcer(t, { clock, local: openStore(t, clock), audience })
  made.onChange(trip)
  await receiver.nth(1)
  await made.close()
})

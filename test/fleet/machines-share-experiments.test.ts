import assert from 'node:assert/strict'
import { type TestContext, test } from 'node:test'
import { createManualClock } from '../support/manual-clock.ts'
import { startRedis } from '../support/redis-server.ts'
import { experimentsOf, hurried, shortDayMs, snapshotWith, users } from './experiment-desks.ts'
import { openStore } from './machines.ts'
import { redisPlace } from './redis-place.ts'

/** Two machines at one Redis, in one time. */
async function twoMachines(t: TestContext, second = snapshotWith()) {
  const { port } = await startRedis(t)
  const place = redisPlace(t, `redis://127.0.0.1:${port}/0`)
  const clock = createManualClock()
  const open = async (leads: boolean, snapshot = snapshotWith()) =>
    experimentsOf(t, { local: openStore(t, clock), shared: place.open(), clock, leads, snapshot })
  const a = await open(true)
  const b = await open(false, second)
  /** Time stands still until both have looked, however long that takes. */
  const until = async (met: () => boolean) => {
    while (!met()) {
      clock.advance(1000)
      await Promise.all([a.looked(), b.looked()])
    }
  }
  return { a, b, clock, until }
}

test('a user whom two machines see is one user, and both say the same of it', async t => {
  const { a, b, clock, until } = await twoMachines(t)
  a.saw(users('v1', 300, 0))
  b.saw(users('v1', 300, 30))
  b.saw(users('v2', 300, 60))
  await until(() => a.only().v2.open === 300 && b.only().v1.open === 300)
  clock.advance(8 * shortDayMs)
  await until(() => a.only().v2.users === 300 && b.only().v2.users === 300)
  assert.deepEqual(a.only().v1, b.only().v1)
  assert.deepEqual([a.only().v1.users, a.only().v1.mean], [300, 0.1])
})

test('a user whom another machine sees on the other variant has crossed', async t => {
  const { a, b, until } = await twoMachines(t)
  a.saw([{ user: 'anna', variant: 'v1', stratum: '', values: 0, sum: 0 }])
  await until(() => b.only().v1.open === 1)
  b.saw([{ user: 'anna', variant: 'v2', stratum: '', values: 0, sum: 0 }])
  await until(() => a.only().crossed === 1)
})

test('begun anew on one machine it is so on the other; only the one that leads tells of a verdict', async t => {
  const { a, b, clock, until } = await twoMachines(t)
  a.saw([...users('v1', 1200, 120), ...users('v2', 1200, 360)])
  await until(() => b.only().v2.open === 1200)
  clock.advance(8 * shortDayMs)
  await until(() => a.only().verdict === 'better' && b.only().verdict === 'better')
  await until(() => a.notes.some(({ event }) => event === 'experiment-verdict'))
  assert.deepEqual(b.notes, [])
  await b.restartExperiment('conversion', 'ada', null)
  await until(() => a.only().v1.users === 0 && a.only().began?.who === 'ada')
})

test('a machine under other rules than the one that began later looks on, and says so', async t => {
  const { a, b, until } = await twoMachines(t, snapshotWith({ ...hurried, users: 500 }))
  await until(() => /another machine runs it under other rules/.test(a.only().text))
  assert.equal(b.only().began?.who, 'm1')
  a.replace(snapshotWith({ ...hurried, users: 500 }))
  b.saw(users('v1', 3, 0))
  await until(() => a.only().v1.open === 3)
})

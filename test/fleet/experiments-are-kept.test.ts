import assert from 'node:assert/strict'
import { test } from 'node:test'
import { createManualClock, type ManualClock } from '../support/manual-clock.ts'
import { experimentsOf, hurried, shortDayMs, snapshotWith, users } from './experiment-desks.ts'
import { lineTo, openStore, stateDir } from './machines.ts'

const many = () => [...users('v1', 1200, 120), ...users('v2', 1200, 360)]

/** Lets time pass, and what comes due then be done. */
async function pass(
  clock: ManualClock,
  desk: Awaited<ReturnType<typeof experimentsOf>>,
  milliseconds: number,
): Promise<void> {
  clock.advance(milliseconds)
  await desk.looked()
}

/** A day for the window, and then some for the batch. */
const untilFinal = shortDayMs + 8000

test('what workers saw becomes a verdict when time, users and their windows are there', async t => {
  const clock = createManualClock()
  const desk = await experimentsOf(t, { local: openStore(t, clock), clock })
  desk.saw(many())
  await pass(clock, desk, 1000)
  await pass(clock, desk, 1000)
  assert.equal(desk.only().verdict, 'not-yet')
  assert.deepEqual([desk.only().v1.open, desk.only().v2.open], [1200, 1200])
  await pass(clock, desk, untilFinal)
  await pass(clock, desk, 1000)
  const { verdict, v1, v2, missingUsers } = desk.only()
  assert.equal(verdict, 'not-yet')
  assert.deepEqual([v1.users, v2.users, missingUsers], [1200, 1200, 0])
  assert.deepEqual([v1.mean, v2.mean], [0.1, 0.3])
  await pass(clock, desk, 6 * shortDayMs)
  assert.equal(desk.only().verdict, 'better')
  assert.match(desk.only().text, /^conversion: V2 − V1 = \+20 points \(\+1\d\.\d … \+2\d\.\d, 95 %/)
})

test('the audit has when it began, and each verdict once', async t => {
  const clock = createManualClock()
  const desk = await experimentsOf(t, { local: openStore(t, clock), clock })
  desk.saw(many())
  for (let days = 0; days < 9; days++) await pass(clock, desk, shortDayMs)
  assert.deepEqual(
    desk.notes.map(({ event, who, subject }) => [event, who, subject]),
    [
      ['experiment-begun', 'm1', 'v2_migration'],
      ['experiment-verdict', 'm1', 'v2_migration'],
    ],
  )
  assert.match(desk.notes[1]?.why ?? '', /^conversion: V2 − V1 = \+20 points/)
})

test('a restart forgets nothing, not even when it began', async t => {
  const clock = createManualClock()
  const dir = stateDir(t)
  const before = await experimentsOf(t, { local: openStore(t, clock, dir), clock })
  before.saw(many())
  await before.close()
  clock.advance(7 * shortDayMs)
  const after = await experimentsOf(t, { local: openStore(t, clock, dir), clock })
  await pass(clock, after, 1000)
  assert.equal(after.only().verdict, 'better')
  assert.deepEqual(
    after.notes.map(({ event }) => event),
    ['experiment-verdict'],
  )
})

test('a user who comes back is the same user, and what it does later is late', async t => {
  const clock = createManualClock()
  const desk = await experimentsOf(t, { local: openStore(t, clock), clock })
  const [user] = users('v1', 1, 0)
  assert.ok(user !== undefined)
  desk.saw([user])
  await pass(clock, desk, 1000)
  desk.saw([{ ...user, values: 1, sum: 1 }])
  await pass(clock, desk, shortDayMs + 1000)
  desk.saw([{ ...user, values: 1, sum: 1 }])
  await pass(clock, desk, 1000)
  const { v1 } = desk.only()
  assert.deepEqual([v1.open, v1.alone], [1, 0])
  await pass(clock, desk, 8000)
  assert.equal(desk.only().v1.alone, 1)
  const text = await desk.metrics.registry.metrics()
  for (const fate of ['first', 'added', 'late']) {
    assert.match(
      text,
      new RegExp(`sightings_total\\{experiment="conversion",fate="${fate}"\\} 1\\n`),
    )
  }
})

test('no store keeps who the users are', async t => {
  const clock = createManualClock()
  const local = openStore(t, clock)
  const desk = await experimentsOf(t, { local, clock })
  desk.saw([{ user: 'anna@example.com', variant: 'v1', stratum: '', values: 0, sum: 0 }])
  await pass(clock, desk, 1000)
  const run = JSON.parse((await local.recall('experiment/conversion')) ?? '').run
  const rows = await Promise.all(Array.from({ length: 32 }, (_, part) => local.usersOf(run, part)))
  assert.equal(rows.flat().length, 1)
  assert.doesNotMatch(JSON.stringify(rows), /anna/)
})

test('other rules, another V2 and another secret begin anew; the same ones go on', async t => {
  const clock = createManualClock()
  const desk = await experimentsOf(t, { local: openStore(t, clock), clock })
  desk.saw(many())
  await pass(clock, desk, 1000)
  desk.replace(snapshotWith())
  await pass(clock, desk, 1000)
  assert.equal(desk.only().v1.open, 1200)
  const others = [
    snapshotWith({ ...hurried, users: 500 }),
    snapshotWith(hurried, { v2: { url: 'http://127.0.0.1:9' } as never }),
    snapshotWith(hurried, {}, 'another secret of more than thirty-two characters'),
  ]
  for (const other of others) {
    desk.saw(many())
    await pass(clock, desk, 1000)
    assert.equal(desk.only().v1.open, 1200)
    desk.replace(other)
    await pass(clock, desk, 1000)
    await pass(clock, desk, 1000)
    assert.equal(desk.only().v1.open, 0)
    assert.match(desk.notes.at(-1)?.why ?? '', /its rules, V1 or V2 are others than before/)
  }
})

test('who is seen while a run is only about to begin is of that run', async t => {
  const clock = createManualClock()
  const desk = await experimentsOf(t, { local: openStore(t, clock), clock })
  desk.replace(snapshotWith({ ...hurried, users: 500 }))
  desk.saw(many())
  await pass(clock, desk, 1000)
  await pass(clock, desk, 1000)
  assert.equal(desk.only().v1.open, 1200)
})

test('a person begins anew, and the audit says who and why', async t => {
  const clock = createManualClock()
  const desk = await experimentsOf(t, { local: openStore(t, clock), clock })
  desk.saw(many())
  await pass(clock, desk, 1000)
  const answer = await desk.restartExperiment('conversion', 'ada', 'V2 was mended')
  assert.ok(answer.done)
  await pass(clock, desk, 1000)
  assert.equal(desk.only().v1.open, 0)
  assert.equal(desk.only().began?.startedAt, clock.now() - 1000)
  assert.deepEqual(desk.notes.at(-1), {
    event: 'experiment-begun',
    who: 'ada',
    subject: 'v2_migration',
    why: 'conversion: V2 was mended',
    evidence: null,
  })
})

test('while the store is down what was seen waits, and no gate opens by what was known', async t => {
  const clock = createManualClock()
  const { line, cut, mend } = lineTo(openStore(t, clock))
  const desk = await experimentsOf(t, { local: openStore(t, clock), shared: line, clock })
  desk.saw(many())
  for (let days = 0; days < 9; days++) await pass(clock, desk, shortDayMs)
  assert.equal(desk.only().verdict, 'better')
  cut()
  desk.saw(users('v1', 1300, 0))
  await pass(clock, desk, 1000)
  assert.equal(desk.only().verdict, 'not-yet')
  assert.match(desk.only().text, /the store with its users does not answer/)
  assert.deepEqual(desk.warnings, ['experiments wait for the store'])
  mend()
  await pass(clock, desk, 1000)
  await pass(clock, desk, 1000)
  assert.equal(desk.only().verdict, 'better')
  assert.equal(desk.only().v1.open, 100)
})

test('sightings that a worker had no room for are told', async t => {
  const clock = createManualClock()
  const desk = await experimentsOf(t, { local: openStore(t, clock), clock })
  desk.saw([], 7)
  await pass(clock, desk, 1000)
  assert.equal(desk.only().leftOut, 7)
})

test('a store that fails in the middle of many users gets the others with the next look, each once', async t => {
  const clock = createManualClock()
  const store = openStore(t, clock)
  let calls = 0
  const failing: typeof store = {
    ...store,
    async addDeeds(...deeds) {
      calls++
      if (calls === 2) throw new Error('it is full')
      return store.addDeeds(...deeds)
    },
  }
  const desk = await experimentsOf(t, { local: failing, clock })
  desk.saw(users('v1', 120, 0))
  await pass(clock, desk, 1000)
  assert.equal(calls, 2)
  await pass(clock, desk, 1000)
  assert.equal(desk.only().v1.open, 120)
  const text = await desk.metrics.registry.metrics()
  assert.match(text, /sightings_total\{experiment="conversion",fate="first"\} 120\n/)
  assert.doesNotMatch(text, /fate="added"/)
})

test('users with another value of the property are not held against each other', async t => {
  const clock = createManualClock()
  const desk = await experimentsOf(t, { local: openStore(t, clock), clock })
  const of = (variant: 'v1' | 'v2', stratum: string) =>
    users(variant, 10, 5).map(user => ({ ...user, user: `${stratum}-${user.user}`, stratum }))
  desk.saw([...of('v1', 'enterprise'), ...of('v1', 'free'), ...of('v2', 'free')])
  for (let days = 0; days < 3; days++) await pass(clock, desk, shortDayMs)
  const { v1, v2 } = desk.only()
  assert.deepEqual([v1.users, v1.alone, v2.users, v2.alone], [10, 10, 10, 0])
})

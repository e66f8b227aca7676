import assert from 'node:assert/strict'
import { type TestContext, test } from 'node:test'
import { createManualClock } from '../support/manual-clock.ts'
import { openStore, stateDir } from './machines.ts'
import { lifetime, passing, revocationLine, revokingMachine } from './revoking-machines.ts'

/** Two machines and what they share, on one manual clock. */
async function twoMachines(t: TestContext, maxEntries = 1000) {
  const clock = createManualClock()
  const store = openStore(t, clock)
  const lines = [revocationLine(store), revocationLine(store)] as const
  const dirs = [stateDir(t), stateDir(t)] as const
  const at = (i: 0 | 1) =>
    revokingMachine(t, {
      ...{ clock, maxEntries, shared: lines[i].line },
      local: openStore(t, clock, dirs[i]),
    })
  const [a, b] = [at(0), at(1)]
  await a.keeper.start()
  await b.keeper.start()
  return { clock, store, lines, a, b, again: at, pass: passing(clock) }
}

test('what is revoked is in force here before anybody else is asked, and told to the workers', async t => {
  const { a, b, pass } = await twoMachines(t)
  const answer = a.revoke('t-1')
  assert.ok(a.holds('t-1'))
  assert.deepEqual(a.told, ['t-1'])
  assert.ok(b.holds())
  const done = await answer
  assert.equal(done.done && done.shared, 'agreed')
  await pass(250)
  assert.ok(b.holds('t-1'))
  assert.deepEqual(b.told, ['t-1'])
})

test('with every message lost it is everywhere within a second', async t => {
  const { a, b, lines, pass } = await twoMachines(t)
  lines[1].is.mute = true
  await a.revoke('t-1')
  await pass(500)
  assert.ok(b.holds('t-1'))
})

test('while the shared store is down each machine revokes for itself, and sends it on afterwards', async t => {
  const { a, b, lines, pass } = await twoMachines(t)
  for (const { is } of lines) is.cut = true
  const done = await a.revoke('t-1')
  assert.ok(done.done)
  assert.equal(done.shared, 'down')
  assert.match(done.text, /The shared store is down: so far on this machine only$/)
  assert.ok(a.holds('t-1'))
  await b.revoke('t-2')
  await pass(3000)
  assert.ok(b.holds('t-2'))
  for (const { is } of lines) is.cut = false
  await pass(2000)
  assert.ok(a.holds('t-1', 't-2'))
  assert.ok(b.holds('t-1', 't-2'))
})

test('a shared store that can be read and not written to gets it when it can', async t => {
  const { a, b, lines, pass } = await twoMachines(t)
  lines[0].is.readOnly = true
  const done = await a.revoke('t-1')
  assert.equal(done.done && done.shared, 'down')
  await pass(3000)
  assert.ok(b.holds())
  lines[0].is.readOnly = false
  await pass(6000)
  assert.ok(b.holds('t-1'))
})

test('after a restart it holds from the start, with the shared store and without', async t => {
  const { a, again, lines, pass } = await twoMachines(t)
  await a.revoke('t-1')
  await pass(250)
  assert.ok((await restarted(1)).holds('t-1'))
  for (const { is } of lines) is.cut = true
  assert.ok((await restarted(0)).holds('t-1'), 'it was written down here')
  assert.ok((await restarted(1)).holds('t-1'), 'what was heard of others was written down too')

  async function restarted(i: 0 | 1) {
    const machine = again(i)
    await machine.keeper.start()
    return machine
  }
})

test('a shared store that begins empty is told what holds', async t => {
  const { a, store, pass } = await twoMachines(t)
  await a.revoke('t-1')
  const records = await store.readRevocations(null, 10)
  await store.dropRevocations(records.map(({ id }) => id))
  await pass(60_500)
  const [told] = await store.readRevocations(null, 10)
  assert.deepEqual(told?.fields.slice(0, 2), ['jti', 't-1'])
})

test('a shared store that comes back empty after an outage is told at once', async t => {
  const { a, store, lines, pass } = await twoMachines(t)
  await a.revoke('t-1')
  for (const { is } of lines) is.cut = true
  await pass(1000)
  const records = await store.readRevocations(null, 10)
  await store.dropRevocations(records.map(({ id }) => id))
  for (const { is } of lines) is.cut = false
  await pass(2000)
  assert.notDeepEqual(await store.readRevocations(null, 10), [])
})

test('a shared store that begins anew behind an outage is read from its beginning', async t => {
  const { a, b, lines, clock, pass } = await twoMachines(t)
  for (const jti of ['t-1', 't-2', 't-3']) await a.revoke(jti)
  await pass(500)
  for (const { is } of lines) is.cut = true
  await pass(1000)
  const another = openStore(t, clock)
  await another.addRevocations([['jti', 't-4']])
  for (const { is } of lines) Object.assign(is, { cut: false, to: another })
  await pass(2000)
  assert.ok(b.holds('t-1', 't-2', 't-3', 't-4'), 'its numbers say nothing of those before')
})

test('a shared store that begins anew without a word is read from its beginning within a minute', async t => {
  const { a, b, lines, clock, pass } = await twoMachines(t)
  for (const jti of ['t-1', 't-2', 't-3']) await a.revoke(jti)
  await pass(500)
  const another = openStore(t, clock)
  await another.addRevocations([['jti', 't-4']])
  for (const { is } of lines) is.to = another
  await pass(60_500)
  assert.ok(b.holds('t-1', 't-2', 't-3', 't-4'), 'its numbers say nothing of those before')
})

test('what such a store has waits for room like all else, and is told', async t => {
  const { a, b, lines, clock, pass } = await twoMachines(t, 2)
  await a.revoke('t-1')
  await a.revoke('t-2')
  await pass(500)
  const another = openStore(t, clock)
  await another.addRevocations([['jti', 't-3']])
  for (const { is } of lines) is.to = another
  await pass(61_500)
  assert.ok(b.holds('t-1', 't-2'))
  assert.deepEqual(b.waiting, [true])
  await pass((lifetime + 1) * 1000)
  assert.deepEqual(b.waiting, [true, false])
})

test('there is room for so many, and nothing in force gives way to more', async t => {
  const { a, pass } = await twoMachines(t, 2)
  await a.revoke('t-1')
  await a.revoke('t-2')
  const full = await a.revoke('t-3')
  assert.deepEqual(full, {
    done: false,
    refusal: 'revocations-full',
    text: 'Cannot revoke: revocation.maxEntries in switchback.yaml must be more than the 2 that are in force, received 2',
  })
  assert.ok(a.holds('t-1', 't-2'))
  assert.ok((await a.revoke('t-2')).done, 'one that is held can be said again')
  await pass((lifetime + 1) * 1000)
  assert.ok((await a.revoke('t-3')).done, 'what has ended makes room')
  assert.ok(a.holds('t-3'))
})

test('what others revoked waits for room, is told, and comes in when there is some', async t => {
  const { a, b, store, pass } = await twoMachines(t, 2)
  await a.revoke('t-1')
  await pass(250)
  await store.addRevocations([
    ['jti', 't-2', 'until', '1700000600'],
    ['jti', 't-3', 'until', '1700009000'],
    ['jti', 't-4', 'until', '1700009000'],
  ])
  await pass(500)
  assert.ok(b.holds('t-1', 't-2'))
  assert.deepEqual(b.waiting, [true])
  assert.deepEqual(b.keeper.status(), { entries: 2, limit: 2, waiting: true })
  await pass(601_000)
  assert.ok(b.holds('t-1', 't-3'), 'in order: nothing is passed over')
  assert.deepEqual(b.waiting, [true])
  await pass(lifetime * 1000)
  assert.ok(b.holds('t-3', 't-4'))
  assert.deepEqual(b.waiting, [true, false])
})

test('what no store could write down is not called done, but is in force', async t => {
  const clock = createManualClock()
  const local = revocationLine(openStore(t, clock))
  const machine = revokingMachine(t, { clock, local: local.line })
  await machine.keeper.start()
  local.is.readOnly = true
  const answer = await machine.revoke('t-1')
  assert.equal(!answer.done && answer.refusal, 'store-down')
  assert.match(answer.text, /but only until this gateway ends: no store could write it down$/)
  assert.ok(machine.holds('t-1'))
  local.is.readOnly = false
  await passing(clock)(6000)
  const [record] = await local.line.readRevocations(null, 10)
  assert.deepEqual(record?.fields.slice(0, 2), ['jti', 't-1'], 'it is written down later')
})

test('a machine whose own store cannot be read does not start', async t => {
  const clock = createManualClock()
  const local = revocationLine(openStore(t, clock))
  local.is.cut = true
  const machine = revokingMachine(t, { clock, local: local.line })
  await assert.rejects(
    machine.keeper.start(),
    /^Error: Cannot start: what is revoked must be readable/,
  )
})

test('a machine whose own store can be read and not written to starts with what it knows', async t => {
  const clock = createManualClock()
  const local = revocationLine(openStore(t, clock))
  const [before, after] = [
    revokingMachine(t, { clock, local: local.line }),
    revokingMachine(t, { clock, local: local.line }),
  ]
  await before.keeper.start()
  await before.revoke('t-1')
  // What is written twice would be taken out.
  await before.revoke('t-1')
  local.is.readOnly = true
  await after.keeper.start()
  assert.ok(after.holds('t-1'))
})

test('a record that cannot be read is told once, left out, and stops nothing', async t => {
  const { b, store, pass } = await twoMachines(t)
  await store.addRevocations([
    ['jti', 't-1'],
    ['sub', 'anna', 'befor', '5'],
    ['jti', 't-2'],
  ])
  await pass(130_000)
  assert.ok(b.holds('t-1', 't-2'))
  assert.deepEqual(b.bad, [
    { field: '"befor"', rule: 'left out, it is no field', received: 'it', store: 'embedded' },
  ])
})

test('a record that a wrong clock made unreadable is in force within a minute of its being right', async t => {
  const { b, store, clock, pass } = await twoMachines(t)
  const ahead = clock.now() / 1000 + 360
  await store.addRevocations([['sub', 'anna', 'before', String(ahead)]])
  await pass(1000)
  assert.ok(b.holds())
  await pass(121_000)
  assert.ok(b.holds('anna'))
  assert.equal(b.bad.length, 1, 'and it was told once')
})

test('a log keeps no more than says something: what has ended goes, and what was said again', async t => {
  const { a, store, pass } = await twoMachines(t)
  for (let i = 0; i < 5; i++) {
    await a.revoke('t-1')
    await pass(1000)
  }
  await store.addRevocations([['sub', 'anna', 'befor', '5']])
  await pass(60_000)
  assert.equal((await store.readRevocations(null, 10)).length, 2)
  assert.ok(a.holds('t-1'))
  await pass(2 * lifetime * 1000 + 120_000)
  assert.deepEqual(
    (await store.readRevocations(null, 10)).map(({ fields }) => fields[0]),
    ['sub'],
  )
  assert.ok(a.holds())
})

test('it is written into the audit who revoked what and why, and no value whole', async t => {
  const { a } = await twoMachines(t)
  await a.keeper.revoke({
    fields: ['sub', 'anna@example.com', 'before', '1700000000', 'iss', 'https://a'],
    ...{ who: 'ada', why: 'left the company' },
  })
  const text =
    'ada revoked sub sha256:f7d54c22dda5b178 of https://a, tokens from before 2023-11-14T22:13:20Z, until 2023-11-14T23:13:20Z'
  assert.deepEqual(a.audit, [
    {
      event: 'token-revoked',
      who: 'ada',
      subject: null,
      why: `${text}: left the company`,
      evidence: {
        ...{ kind: 'sub', value: 'sha256:f7d54c22dda5b178', issuer: 'https://a' },
        ...{ before: 1_700_000_000, until: 1_700_003_600 },
      },
    },
  ])
})

test('what could be valid no longer is not revoked', async t => {
  const { a } = await twoMachines(t)
  const ask = (...fields: string[]) => a.keeper.revoke({ fields, who: 'ada', why: 'x' })
  const [token, caller] = [
    await ask('jti', 't', 'until', '1700000000'),
    await ask('sub', 'anna', 'before', '1699996400'),
  ]
  assert.equal(token.text, 'Cannot revoke: until must be ahead, received 1700000000')
  assert.equal(
    caller.text,
    'Cannot revoke: before must be no older than revocation.maxTokenLifetimeSeconds (3600), received 1699996400',
  )
  assert.ok(a.holds())
})

import assert from 'node:assert/strict'
import process from 'node:process'
import { test } from 'node:test'
import { openRaw } from '../support/conversation.ts'
import { testProcess } from '../support/gateway.ts'
import { plainRequest } from '../support/requests.ts'
import {
  ask,
  askEach,
  requestsCounted,
  snapshotOf,
  startWorkers,
  type Told,
} from './started-workers.ts'

const two = `${testProcess}workers: 2\n`
const versions = (told: readonly Told[]) => told.map(({ version }) => version)

test('a snapshot is taken by all workers, and by those that start later', async t => {
  const first = await snapshotOf(t, two)
  const { workers, port, event } = await startWorkers(t, first)
  await workers.apply({ ...first, version: 'second' })
  const told = await askEach(port, 2)
  assert.deepEqual(versions(told), ['second', 'second'])
  process.kill(told[0]?.pid as number, 'SIGKILL')
  await event('serves', 2)
  assert.deepEqual(versions(await askEach(port, 2)), ['second', 'second'])
})

test('a snapshot that the first refuses is taken by none', async t => {
  const first = await snapshotOf(t, two)
  const { workers, port } = await startWorkers(t, first)
  await assert.rejects(workers.apply({ ...first, version: 'refused' }), /it does not like it/)
  assert.deepEqual(versions(await askEach(port, 2)), ['first', 'first'])
  await workers.apply({ ...first, version: 'second' })
  assert.deepEqual(versions(await askEach(port, 2)), ['second', 'second'])
})

test('one that cannot take what another took is replaced by one that starts with it', async t => {
  const first = await snapshotOf(t, two)
  const { workers, port, event } = await startWorkers(t, first)
  const [judge, late] = await askEach(port, 2)
  await workers.apply({ ...first, version: `refused by ${late?.worker}` })
  const behind = await event('behind')
  assert.equal(behind.worker, late?.worker)
  await event('serves', 2)
  const told = await askEach(port, 2)
  assert.deepEqual(
    told.map(({ worker }) => worker),
    [judge?.worker, 3 + (judge?.worker ?? 0) - 1],
  )
  assert.equal(new Set(versions(told)).size, 1)
})

test('a rolling restart answers every request, and changes address and number of the workers', async t => {
  const first = await snapshotOf(t, two)
  const { workers, port } = await startWorkers(t, first)
  const before = await askEach(port, 2)
  const held = openRaw(t, port, plainRequest('/hold'))
  let asked = before.reduce((sum, { requests }) => sum + requests, 1)
  let running = true
  const load = Promise.all(
    [1, 2, 3].map(async () => {
      while (running) {
        await ask(port)
        asked++
      }
    }),
  )
  const next = await snapshotOf(t, two.replace('workers: 2', 'workers: 3'), 'second')
  assert.equal(await workers.replaceAll(next), port)
  running = false
  await load
  assert.match(await held.ended(), /released$/)
  while (workers.processes().length > 3) await workers.status()
  // The last word of a worker that leaves is exact.
  assert.equal(await requestsCounted(workers), asked)
  const after = await askEach(port, 3)
  assert.deepEqual(versions(after), ['second', 'second', 'second'])
  assert.ok(after.every(({ pid }) => before.every(old => old.pid !== pid)))

  const fewer = await snapshotOf(t, testProcess.replace('127.0.0.1', '0.0.0.0'), 'third')
  const elsewhere = await workers.replaceAll(fewer)
  assert.notEqual(elsewhere, port)
  assert.deepEqual(versions(await askEach(elsewhere, 1)), ['third'])
  assert.equal(workers.processes().filter(({ state }) => state === 'ready').length, 1)
})

test('a rolling restart that cannot start leaves all as they were', async t => {
  const first = await snapshotOf(t, two)
  const { workers, port } = await startWorkers(t, first)
  const before = await askEach(port, 2)
  await assert.rejects(workers.replaceAll({ ...first, version: 'unable' }), /it is unable to/)
  const after = await askEach(port, 2)
  assert.deepEqual(
    after.map(({ pid }) => pid),
    before.map(({ pid }) => pid),
  )
  assert.deepEqual(versions(after), ['first', 'first'])
})

import assert from 'node:assert/strict'
import { test } from 'node:test'
import { testProcess } from '../support/gateway.ts'
import { ask, askEach, snapshotOf, startWorkers } from './started-workers.ts'

test('workers serve one port, each in a process of its own', async t => {
  const snapshot = await snapshotOf(t, `${testProcess}workers: 3\n`)
  const { workers, port } = await startWorkers(t, snapshot)
  const told = await askEach(port, 3)
  assert.equal(new Set(told.map(({ pid }) => pid)).size, 3)
  assert.deepEqual(
    told.map(({ worker }) => worker),
    workers.processes().map(({ id }) => id),
  )
  assert.deepEqual(
    (await workers.status()).map(({ pid, configVersion }) => [pid, configVersion]),
    told.map(({ pid }) => [pid, 'first']),
  )
  await workers.close()
  assert.deepEqual(workers.processes(), [])
  await assert.rejects(ask(port), { code: 'ECONNREFUSED' })
})

import assert from 'node:assert/strict'
import process from 'node:process'
import { test } from 'node:test'
import { openRaw } from '../support/conversation.ts'
import { testProcess } from '../support/gateway.ts'
import { plainRequest } from '../support/requests.ts'
import {
  ask,
  askEach,
  hurriedClock,
  prepareWorkers,
  requestsCounted,
  snapshotOf,
  startWorkers,
} from './started-workers.ts'

const two = `${testProcess}workers: 2\n`

test('a killed worker is followed by another on the same port, and what it counted stays counted', async t => {
  const { workers, port, event } = await startWorkers(t, await snapshotOf(t, two))
  const [first, second] = await askEach(port, 2)
  assert.ok(first && second)
  for (let times = 0; times < 20; times++) await ask(port)
  const counted = await requestsCounted(workers)
  process.kill(first.pid, 'SIGKILL')
  const lost = await event('lost')
  assert.deepEqual(
    [lost.worker, lost.pid, lost.why, lost.signal, lost.againInMs],
    [first.worker, first.pid, 'ended', 'SIGKILL', 100],
  )
  // Nobody is missing: the other takes all.
  assert.equal((await ask(port)).pid, second.pid)
  await event('serves', 2)
  const [other, newcomer] = await askEach(port, 2)
  assert.deepEqual([other?.pid, newcomer?.worker], [second.pid, 3])
  assert.ok((await requestsCounted(workers)) > counted)
})

test('all workers killed at once are followed, on the same port when it has a number', async t => {
  const { port, event, workers } = await startWorkers(t, await snapshotOf(t, two))
  const fixed = two.replace('port: 0', `port: ${port}`)
  await workers.close()
  const again = await startWorkers(t, await snapshotOf(t, fixed))
  assert.equal(again.port, port)
  for (const { pid } of again.workers.processes()) process.kill(pid, 'SIGKILL')
  await again.event('serves', 3)
  assert.equal((await askEach(port, 2)).length, 2)
  assert.equal((await event('serves')).type, 'serves')
})

test('a worker that stands still gets no further client, and is killed and followed', async t => {
  const { workers, port, event } = await startWorkers(t, await snapshotOf(t, two), {
    clock: hurriedClock(10),
  })
  const [stopped, other] = await askEach(port, 2)
  assert.ok(stopped && other)
  process.kill(stopped.pid, 'SIGSTOP')
  // One of them is handed to it and waits; it is answered all the same, by whoever is left.
  const clients = [1, 2, 3, 4].map(() => openRaw(t, port, plainRequest('/')))
  const lost = await event('lost')
  assert.deepEqual([lost.pid, lost.why], [stopped.pid, 'unresponsive'])
  for (const client of clients) assert.match(await client.ended(), /^HTTP\/1\.1 200 /)
  await event('serves', 2)
  assert.deepEqual(
    workers.processes().map(({ state }) => state),
    ['ready', 'ready'],
  )
})

test('one that stood still for less goes on', async t => {
  const { workers, port, events } = await startWorkers(t, await snapshotOf(t, two), {
    clock: hurriedClock(20),
  })
  const [stopped] = await askEach(port, 2)
  assert.ok(stopped)
  const stateOf = () => workers.processes().find(({ pid }) => pid === stopped.pid)?.state
  process.kill(stopped.pid, 'SIGSTOP')
  while (stateOf() !== 'unresponsive') await workers.status()
  assert.equal((await workers.status()).length, 1)
  process.kill(stopped.pid, 'SIGCONT')
  while (stateOf() !== 'ready') await workers.status()
  assert.deepEqual(
    events.filter(({ type }) => type === 'lost'),
    [],
  )
})

test('a worker in which something breaks is followed, and finishes what is in flight', async t => {
  const { port, event } = await startWorkers(t, await snapshotOf(t, two))
  // As many as there are workers, and each gets one.
  const held = [1, 2].map(() => openRaw(t, port, plainRequest('/hold')))
  const breaking = await ask(port, '/fail')
  const lost = await event('lost')
  assert.deepEqual([lost.pid, lost.why, lost.error], [breaking.pid, 'failing', 'it broke'])
  await event('serves', 2)
  const pids = (await askEach(port, 2)).map(({ pid }) => pid)
  assert.ok(!pids.includes(breaking.pid))
  assert.match(await Promise.any(held.map(client => client.ended())), /released$/)
})

test('a start that cannot be ends with the reason and leaves no process', async t => {
  const { workers, events } = prepareWorkers(t, await snapshotOf(t, two, 'unable'))
  await assert.rejects(workers.listen(), /^Error: it is unable to$/)
  assert.deepEqual([workers.processes(), events], [[], []])
})

test('a start on an address that is taken ends with that reason', async t => {
  const { port } = await startWorkers(t, await snapshotOf(t, testProcess))
  const taken = await snapshotOf(t, two.replace('127.0.0.1, port: 0', `0.0.0.0, port: ${port}`))
  const { workers } = prepareWorkers(t, taken)
  await assert.rejects(workers.listen(), /EADDRINUSE/)
  assert.deepEqual(workers.processes(), [])
})

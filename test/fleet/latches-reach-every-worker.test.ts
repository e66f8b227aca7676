import assert from 'node:assert/strict'
import process from 'node:process'
import { test } from 'node:test'
import type { LatchState } from '../../src/guard/latch-state.ts'
import type { Counts } from '../../src/guard/observation.ts'
import { testProcess } from '../support/gateway.ts'
import { ask, askEach, snapshotOf, startWorkers } from './started-workers.ts'

const two = `${testProcess}workers: 2\n`

test('a trip in one worker is told at once, passed to the others and to those that start later', async t => {
  const known = new Map<string, LatchState>()
  const tripped = Promise.withResolvers<void>()
  const { workers, port, event } = await startWorkers(t, await snapshotOf(t, two), {
    latches: () => [...known.values()],
    control: {
      tripped(state) {
        known.set(state.flag, state)
        workers.setLatch(state)
        tripped.resolve()
      },
      counted() {},
      compared() {},
      did() {},
      usersSeen() {},
      stayed() {},
      refused() {},
    },
  })
  await ask(port, '/trip/match')
  await tripped.promise
  const told = await askEach(port, 2)
  assert.deepEqual(
    told.map(each => each.tripped),
    [['match'], ['match']],
  )
  process.kill(told[1]?.pid as number, 'SIGKILL')
  await event('serves', 2)
  const later = await askEach(port, 2)
  assert.deepEqual(
    later.map(each => each.tripped),
    [['match'], ['match']],
  )

  for (const state of known.values()) workers.setLatch({ ...state, state: 'open', version: 2 })
  assert.deepEqual(
    (await askEach(port, 2)).map(each => each.tripped),
    [[], []],
  )
})

test('what workers count arrives', async t => {
  const sums = new Map<string, number>()
  let arrived = Promise.withResolvers<void>()
  const { port } = await startWorkers(t, await snapshotOf(t, two), {
    control: {
      tripped() {},
      compared() {},
      did() {},
      usersSeen() {},
      stayed() {},
      refused() {},
      counted(counts: Counts) {
        for (const [series, count] of Object.entries(counts)) {
          sums.set(series, (sums.get(series) ?? 0) + count)
        }
        arrived.resolve()
        arrived = Promise.withResolvers()
      },
    },
  })
  for (let times = 0; times < 10; times++) await ask(port, '/count/bad')
  while (sums.get('bad') !== 10) await arrived.promise
})

import assert from 'node:assert/strict'
import { test } from 'node:test'
import { createCopyQueue, type Queued } from '../../src/shadow/copy-queue.ts'

const copy = (start: () => void): Queued => ({
  start,
  broke: () => assert.fail('it broke'),
})
const turn = () => new Promise(setImmediate)

test('a copy starts when the event loop has served its sockets, not before', async () => {
  const queue = createCopyQueue(assert.ifError)
  const started: string[] = []
  queue.add(copy(() => started.push('copy')))
  await Promise.resolve()
  await new Promise(process.nextTick)
  assert.deepEqual(started, [])
  await turn()
  assert.deepEqual(started, ['copy'])
})

test('many start in several turns, in order, so that sockets are served between', async () => {
  const queue = createCopyQueue(assert.ifError)
  const started: number[] = []
  for (let n = 0; n < 40; n++) queue.add(copy(() => started.push(n)))
  const perTurn: number[] = []
  while (started.length < 40) {
    await turn()
    perTurn.push(started.length)
  }
  assert.deepEqual(perTurn, [16, 32, 40])
  assert.deepEqual(
    started,
    Array.from({ length: 40 }, (_, n) => n),
  )
})

test('what a copy adds while it starts has a turn as well', async () => {
  const queue = createCopyQueue(assert.ifError)
  const started: string[] = []
  queue.add(
    copy(() => {
      started.push('first')
      queue.add(copy(() => started.push('second')))
    }),
  )
  while (started.length < 2) await turn()
  assert.deepEqual(started, ['first', 'second'])
})

test('a copy that cannot be started is told as broken, and those behind it start', async () => {
  const told: unknown[] = []
  const queue = createCopyQueue(error => told.push(error))
  const mistake = new TypeError('no such thing')
  queue.add({
    start() {
      throw mistake
    },
    broke: () => told.push('broken'),
  })
  queue.add(copy(() => told.push('next')))
  await turn()
  assert.deepEqual(told, ['broken', mistake, 'next'])
})

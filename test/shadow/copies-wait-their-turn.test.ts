import assert from 'node:assert/strict'
import { test } from 'node:test'
import { createCopyQueue } from '../../src/shadow/copy-queue.ts'

const turn = () => new Promise(setImmediate)

test('a copy starts when the event loop has served its sockets, not before', async () => {
  const queue = createCopyQueue()
  const started: string[] = []
  queue.add({ start: () => void started.push('copy') })
  await Promise.resolve()
  await new Promise(process.nextTick)
  assert.deepEqual(started, [])
  await turn()
  assert.deepEqual(started, ['copy'])
})

test('many start in several turns, in order, so that sockets are served between', async () => {
  const queue = createCopyQueue()
  const started: number[] = []
  for (let n = 0; n < 40; n++) queue.add({ start: () => void started.push(n) })
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
  const queue = createCopyQueue()
  const started: string[] = []
  queue.add({
    start() {
      started.push('first')
      queue.add({ start: () => void started.push('second') })
    },
  })
  while (started.length < 2) await turn()
  assert.deepEqual(started, ['first', 'second'])
})

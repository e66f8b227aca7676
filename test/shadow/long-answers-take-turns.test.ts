import assert from 'node:assert/strict'
import { test } from 'node:test'
import { createReadTurns } from '../../src/shadow/read-turns.ts'

const turn = () => new Promise(setImmediate)

test('of all who read, one reads on in each turn of the event loop, in order', async () => {
  const turns = createReadTurns()
  const read: string[] = []
  const add = (name: string) => turns.add({ readOn: () => read.push(name) })
  for (const name of ['a', 'b', 'c']) add(name)
  assert.deepEqual(read, [])
  await turn()
  assert.deepEqual(read, ['a'])
  add('a again')
  for (const _ of ['b', 'c']) await turn()
  assert.deepEqual(read, ['a', 'b', 'c'])
  await turn()
  assert.deepEqual(read, ['a', 'b', 'c', 'a again'])
})

test('who comes when all have read has a turn as well', async () => {
  const turns = createReadTurns()
  const read: number[] = []
  const reader = {
    readOn() {
      if (read.push(read.length) < 3) turns.add(reader)
    },
  }
  turns.add(reader)
  for (let n = 1; n <= 3; n++) {
    await turn()
    assert.equal(read.length, n)
  }
})

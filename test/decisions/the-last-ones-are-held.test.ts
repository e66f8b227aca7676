import assert from 'node:assert/strict'
import { test } from 'node:test'
import { createRing } from '../../src/decisions/ring.ts'

function filled(room: number, count: number) {
  const ring = createRing<number>()
  ring.resize(room)
  for (let i = 1; i <= count; i++) ring.push(i)
  return ring
}

test('a ring holds the last so many, oldest first', () => {
  for (let count = 0; count <= 9; count++) {
    const all = Array.from({ length: count }, (_, i) => i + 1)
    assert.deepEqual(filled(3, count).all(), all.slice(-3), `${count}`)
    assert.equal(filled(3, count).size, Math.min(count, 3))
  }
})

test('with another size it keeps its last ones and goes on', () => {
  for (const [room, count, next, want] of [
    [3, 5, 2, [4, 5]],
    [3, 5, 5, [3, 4, 5]],
    [3, 2, 4, [1, 2]],
    [3, 5, 0, []],
  ] as const) {
    const ring = filled(room, count)
    ring.resize(next)
    assert.deepEqual(ring.all(), want)
    ring.push(9)
    ring.push(10)
    assert.deepEqual(ring.all(), [...want, 9, 10].slice(next === 0 ? Infinity : -next))
  }
})

import assert from 'node:assert/strict'
import { test } from 'node:test'
import { lineOf } from '../../bench/shadow/figure.ts'
import { inTurns, pairUp } from '../../bench/shadow/turns.ts'

test('each round runs on both sides, and another one first each time', async () => {
  const order: string[] = []
  const paired = await inTurns(3, async (side, round) => {
    order.push(`${side} ${round}`)
    return round
  })
  assert.deepEqual(order, ['off 0', 'on 0', 'on 1', 'off 1', 'off 2', 'on 2'])
  assert.deepEqual(paired, { off: [0, 1, 2], on: [0, 1, 2] })
})

test('both sides of a round are put together, not their medians', () => {
  const paired = { off: [10, 20, 90], on: [11, 21, 30] }
  assert.deepEqual(
    pairUp(paired, (off, on) => on - off),
    [1, 1, -60],
  )
})

function verdictOf(values: readonly number[], most?: number) {
  return lineOf('a', { what: 'b', values, digits: 1, ...(most !== undefined && { most }) }).verdict
}

test('a promise is kept by the median of the rounds', () => {
  assert.equal(verdictOf([0, 1, 50], 1), 'pass')
  assert.equal(verdictOf([0, 1.1, 1.1], 1), 'broken')
  assert.equal(verdictOf([100]), '')
})

test('what was not measured keeps no promise', () => {
  assert.equal(verdictOf([], 1), 'broken')
  assert.equal(verdictOf([Number.NaN], 1), 'broken')
})

test('a single value tells between which two it lies', () => {
  const figure = {
    what: 'b',
    values: [1.234],
    digits: 1,
    interval: [-0.5, 2.25] as const,
    most: 1.5,
  }
  assert.equal(lineOf('a', figure).value, '1.2 (95 %: -0.5 to 2.3)')
  assert.equal(lineOf('a', figure).verdict, 'pass')
})

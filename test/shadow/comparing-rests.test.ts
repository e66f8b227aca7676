import assert from 'node:assert/strict'
import { test } from 'node:test'
import { writeBatch } from '../../src/shadow/comparing/batch.ts'
import { createBatchComparing } from '../../src/shadow/comparing/compare-batch.ts'
import { comparedHeaders } from '../../src/shadow/comparing/compared-headers.ts'
import { createRests, sleepInPlace } from '../../src/shadow/comparing/rests.ts'
import { createManualClock } from '../support/manual-clock.ts'
import { answer, inPieces, pairOf, rule } from './pairs.ts'

test('a thread that compares rests when it has worked for a millisecond, and no sooner', () => {
  const clock = createManualClock()
  const slept: number[] = []
  const rest = createRests(clock, milliseconds => {
    slept.push(milliseconds)
    // A system may let it sleep for longer; that is no work.
    clock.advance(20)
  })
  const afterWork = (milliseconds: number) => {
    clock.advance(milliseconds)
    rest()
    return slept.length
  }
  assert.deepEqual([0.4, 0.4, 0.4, 0.9, 3].map(afterWork), [0, 0, 1, 1, 2])
  assert.deepEqual(slept, [0.1, 0.1])
})

test('between any two pairs of a batch it may rest', () => {
  const told: string[] = []
  const rules = rule()
  const compare = createBatchComparing(rules, '/', () => told.push('rest'))
  const pairs = [1, 2, 3].map(() => pairOf(answer('{"price":1}'), answer('{"price":2}')))
  const batch = writeBatch(pairs.map(inPieces), comparedHeaders(rules), null)
  const compared = compare(batch, 1, () => false).next(true)
  assert.ok(compared.done)
  assert.equal(compared.value.done, 3)
  assert.deepEqual(told, ['rest', 'rest', 'rest'])
})

test('a rest lasts as long as it is said to, and ends by itself', () => {
  const before = performance.now()
  sleepInPlace(20)
  assert.ok(performance.now() - before >= 19)
})

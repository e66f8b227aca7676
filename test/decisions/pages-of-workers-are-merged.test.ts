import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Decision, WorkerDecisions } from '../../src/decisions/decision.ts'
import { mergedPage } from '../../src/decisions/merged-page.ts'

function worker(numbers: readonly number[], until: number, leftOut = 0): WorkerDecisions {
  const decisions = numbers.map(number => ({ number }) as Decision)
  return { kept: numbers.length, leftOut, until, decisions }
}

const numbersOf = (workers: (WorkerDecisions | null)[], limit: number) =>
  mergedPage(workers, limit).decisions.map(({ number }) => number)

test('pages of workers become one in the order of their numbers', () => {
  assert.deepEqual(numbersOf([worker([1, 4], 9), worker([2, 3, 5], 9)], 100), [1, 2, 3, 4, 5])
  assert.deepEqual(numbersOf([worker([1, 4], 9), worker([2, 3, 5], 9)], 3), [1, 2, 3])
})

test('what was decided after another worker had answered waits for the next page', () => {
  assert.deepEqual(numbersOf([worker([1], 6), worker([2, 6, 8], 9)], 100), [1, 2, 6])
})

test('a number that two workers gave is never divided between two pages', () => {
  assert.deepEqual(numbersOf([worker([1, 3], 9), worker([3, 4], 9)], 2), [1, 3, 3])
})

test('workers that did not answer are counted, and the others told', () => {
  const page = mergedPage([worker([1], 9, 2), null, worker([2], 9, 1)], 100)
  assert.deepEqual([page.kept, page.leftOut, page.unheard, page.decisions.length], [2, 3, 1, 2])
  assert.deepEqual(mergedPage([null], 100).decisions, [])
})

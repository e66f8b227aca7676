import assert from 'node:assert/strict'
import { test } from 'node:test'
import { createHistory } from '../../src/history/history.ts'
import { createMarks } from '../../src/history/marks.ts'
import type { Breathe } from '../../src/history/series.ts'
import { moveInWords } from '../../src/rollout/percent.ts'
import { reportOf, steps } from './parts.ts'

const start = 1_700_000_100_000
const slots = 100
const stepMs = 5000
const end = start + slots * stepMs

/** Somebody was asked in each slot. */
function open() {
  const history = createHistory({ machine: 'm1', steps, marks: createMarks(moveInWords) })
  for (let at = start; at < end; at += stepMs) history.take([reportOf([10])], at)
  history.take([], end)
  const query = { flag: null, routes: ['main'], stepMs, forMs: slots * stepMs }
  return { history, series: (breathe: Breathe) => history.series(query, new Set(), end, breathe) }
}

test('others have the thread before each slot of each variant', async () => {
  let turns = 0
  const series = await open().series(async () => {
    turns++
    return true
  })
  assert.equal(series?.v1.whole.requests, slots)
  assert.equal(turns, 2 * slots)
})

test('what nobody waits for is added up no further', async () => {
  let turns = 0
  assert.equal(await open().series(async () => ++turns < 10), null)
  assert.ok(turns <= 11, `${turns} turns`)
})

test('an answer is about the moment of the question, whatever is counted meanwhile', async () => {
  const { history, series } = open()
  let at = end
  const answer = await series(async () => {
    // An hour is kept in such slots.
    at += 60 * stepMs
    history.take([reportOf([10, 10])], at)
    return true
  })
  assert.deepEqual(
    answer?.v1.requestsPerSecond,
    Array.from({ length: slots }, () => 0.2),
  )
})

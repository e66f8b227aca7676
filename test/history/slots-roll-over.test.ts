import assert from 'node:assert/strict'
import { test } from 'node:test'
import { createHistory } from '../../src/history/history.ts'
import { createMarks } from '../../src/history/marks.ts'
import type { Breathe, Series } from '../../src/history/series.ts'
import { createSlots } from '../../src/history/slots.ts'
import { keptSteps } from '../../src/history/span.ts'
import { moveInWords } from '../../src/rollout/percent.ts'
import { reportOf, steps } from './parts.ts'

/** Where a slot of every length begins. */
const start = 1_700_000_100_000 - (1_700_000_100_000 % 900_000)

/** Whoever asked waits for the whole answer. */
const patient: Breathe = async () => true

function open(now = start) {
  const history = createHistory({ machine: 'm1', steps, marks: createMarks(moveInWords) })
  history.take([], now)
  async function series(at: number, forMs: number, stepMs = 5000): Promise<Series> {
    const query = { flag: null, routes: ['main'], stepMs, forMs }
    return (await history.series(query, new Set(), at, patient)) as Series
  }
  return { history, series }
}

test('requests are told in the slot in which they were counted, once that is over', async () => {
  const { history, series } = open()
  history.take([reportOf([10, 10, 10], { errors: 1 })], start + 1000)
  history.take([reportOf([20, 20], { variant: 'v2' })], start + 4999)
  assert.deepEqual((await series(start + 4999, 5000)).v1.requestsPerSecond, [null])
  history.take([reportOf([10])], start + 5000)
  history.take([], start + 10_000)
  const { at, v1, v2 } = await series(start + 10_000, 15_000)
  assert.deepEqual(at, [start - 5000, start, start + 5000])
  assert.deepEqual(v1.requestsPerSecond, [null, 0.6, 0.2])
  assert.deepEqual(v1.errorShare, [null, 0.3333, 0])
  assert.deepEqual(v2.requestsPerSecond, [null, 0.4, 0])
  assert.deepEqual(v2.errorShare, [null, 0, null])
  assert.deepEqual(v2.p95.map(Boolean), [false, true, false])
  assert.equal(v1.whole.requests, 4)
  assert.equal(v1.whole.errorShare, 0.25)
})

test('all lengths of slots count the same requests', async () => {
  const { history, series } = open()
  for (let second = 0; second < 1800; second++) {
    history.take([reportOf([second % 50])], start + second * 1000)
  }
  const end = start + 1_800_000
  history.take([], end)
  for (const { stepMs } of keptSteps) {
    const { v1 } = await series(end, 1_800_000, stepMs)
    assert.equal(v1.whole.requests, 1800)
    assert.ok(v1.requestsPerSecond.every(rate => rate === 1))
  }
})

test('requests per second are of the time in which somebody counted', async () => {
  const { history, series } = open(start + 4000)
  history.take([reportOf([10, 10])], start + 4500)
  history.take([], start + 5000)
  assert.deepEqual((await series(start + 5000, 5000)).v1.requestsPerSecond, [2])
})

test('time in which nobody was there to count is told as unknown, not as none', async () => {
  const { history, series } = open()
  history.take([], start + 20_000)
  history.take([], start + 25_000)
  const { v1 } = await series(start + 25_000, 25_000)
  assert.deepEqual(v1.requestsPerSecond, [0, null, null, null, 0])
})

test('routes that are asked for together are added up, and others are not', async () => {
  const { history } = open()
  const reports = ['a', 'b', 'c'].map(route => reportOf([10], { route }))
  history.take(reports, start)
  history.take([], start + 5000)
  const query = { flag: 'v2', routes: ['a', 'b'], stepMs: 5000, forMs: 5000 }
  const together = await history.series(query, new Set(), start + 5000, patient)
  assert.equal(together?.v1.whole.requests, 2)
})

test('no more slots are kept than the rule says, however long it lasts and however the clock is set', () => {
  const slots = createSlots({ stepMs: 1000, keptMs: 10_000 }, steps.count)
  const keptUpTo = (end: number) => {
    const first = slots.numberAt(start) - 100
    const numbers = Array.from({ length: slots.numberAt(end) - first }, (_, nth) => first + nth)
    return numbers.filter(number => slots.at(number) !== null).length
  }
  for (let second = 0; second <= 100; second++) {
    slots.take([reportOf([1])], start + second * 1000)
  }
  assert.equal(keptUpTo(start + 200_000), 10)
  // Back by a minute, and on from there.
  for (let second = 40; second <= 60; second++) {
    slots.take([reportOf([1])], start + second * 1000)
  }
  assert.equal(keptUpTo(start + 200_000), 10)
})

test('a clock that is set back into a slot adds to it', () => {
  const slots = createSlots({ stepMs: 1000, keptMs: 10_000 }, steps.count)
  slots.take([reportOf([1])], start)
  slots.take([], start + 1500)
  slots.take([reportOf([1])], start + 500)
  slots.take([], start + 2500)
  const packed = slots.at(slots.numberAt(start))?.packed.get('v1 main')
  assert.equal(packed?.[0], 2)
})

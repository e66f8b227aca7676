import assert from 'node:assert/strict'
import { it } from 'node:test'
import type { ExperimentRule } from '../../src/config/experiment-rule.ts'
import { findingOf } from '../../src/experiment/finding.ts'
import { experimentInWords } from '../../src/experiment/in-words.ts'
import { nothingYet, type Totals } from '../../src/experiment/sums.ts'
import { conversion, converted, dayMs } from './rules.ts'

const text = (totals: Totals, rule: ExperimentRule = conversion, elapsedMs = 3 * dayMs) =>
  experimentInWords(rule, findingOf({ rule, kinds: [totals], elapsedMs }))

it('an experiment says its difference, between what it lies, and how far it is', () => {
  assert.equal(
    text(converted(812, 80, 82)),
    'conversion: V2 − V1 = +0.246 points (−4.32 … +4.81, 95 %, valid while watched), 812 of 1,000 users, 3 of 7 days',
  )
})

it('numbers are no points', () => {
  assert.match(
    text(converted(5000, 500, 650), { ...conversion, of: 'sum' }),
    /V2 − V1 = \+0\.03 \(\+0\.0\d+ … \+0\.0\d+, 95 %/,
  )
})

it('more users than were asked for are as many as were asked for', () => {
  assert.match(
    text(converted(5000, 500, 650), conversion, 9 * dayMs),
    /1,000 of 1,000 users, 7 of 7 days$/,
  )
})

it('what is missing before a difference is said', () => {
  assert.match(
    text(nothingYet),
    /^conversion: no user of V1 and of V2 can be compared yet, 0 of 1,000/,
  )
  assert.match(text(converted(99, 9, 9)), /too few users to say anything, 99 of 1,000/)
  assert.match(text(converted(500, 0, 0)), /it happened for nobody, or nobody tells of it/)
})

it('short ones are said in hours, minutes and seconds', () => {
  const short = (forMs: number, elapsedMs: number) =>
    text(nothingYet, { ...conversion, forMs }, elapsedMs)
      .split(', ')
      .at(-1)
  assert.equal(short(dayMs, 5_400_000), '1.5 of 24 hours')
  assert.equal(short(3_600_000, 60_000), '1 of 60 minutes')
  assert.equal(short(20_000, 4000), '4 of 20 seconds')
})

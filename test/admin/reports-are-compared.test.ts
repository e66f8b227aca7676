import assert from 'node:assert/strict'
import { test } from 'node:test'
import { createChangedReports } from '../../src/pipeline/changed-reports.ts'

interface Report {
  readonly name: string
  readonly word: string
  readonly count: number
}

const report = (name: string, word: string, count = 0): Report => ({ name, word, count })

function changedReports() {
  return createChangedReports<Report>({ nameOf: ({ name }) => name, stateOf: ({ word }) => word })
}

test('of what is there at first nothing is a change', () => {
  assert.deepEqual(changedReports()([report('a', 'not-yet')]), [])
})

test('a report is told once when its state changes, and not for its numbers', () => {
  const changed = changedReports()
  changed([report('a', 'not-yet'), report('b', 'not-yet')])
  assert.deepEqual(changed([report('a', 'not-yet', 5), report('b', 'pass', 5)]), [
    report('b', 'pass', 5),
  ])
  assert.deepEqual(changed([report('a', 'not-yet', 6), report('b', 'pass', 6)]), [])
})

test('what comes, or comes back, is told', () => {
  const changed = changedReports()
  changed([])
  assert.deepEqual(changed([report('a', 'pass')]), [report('a', 'pass')])
  changed([])
  assert.deepEqual(changed([report('a', 'pass')]), [report('a', 'pass')])
})

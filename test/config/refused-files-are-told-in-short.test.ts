import assert from 'node:assert/strict'
import { test } from 'node:test'
import { refusedInWords } from '../../src/config/refused-in-words.ts'

const fault = {
  file: 'policies/open.yaml',
  line: 2,
  column: 14,
  field: 'maxInFlight',
  rule: 'an integer',
  received: '"lots"',
}

test('the first fault is told, and how many more there are', () => {
  const first = 'policies/open.yaml:2:14 maxInFlight must be an integer, received "lots"'
  assert.equal(refusedInWords({ faults: [fault], error: null }), first)
  assert.equal(
    refusedInWords({ faults: [fault, fault, fault], error: null }),
    `${first}; and 2 more`,
  )
})

test('files without a fault that could not be put into force are told by their error', () => {
  const error = 'listen EADDRINUSE'
  assert.equal(refusedInWords({ faults: [], error }), error)
})

test('files that are in force are not told', () => {
  assert.equal(refusedInWords({ faults: [], error: null }), null)
})

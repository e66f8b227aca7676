import assert from 'node:assert/strict'
import { test } from 'node:test'
import { type Gate, judge, ratioOf } from '../../bench/gates.ts'
import { faultOf } from '../../bench/measure.ts'
import { spreadOf } from '../../bench/spread.ts'

const gate: Gate = { scenario: 'switchback', against: 'nginx', by: 'ratio', max: 2 }

function verdict(cpu: Record<string, number[]>, of = gate): string {
  return judge(of, name => cpu[name] ?? []).verdict
}

test('a gate passes at its ratio and misses above it, by the median of the rounds', () => {
  assert.equal(verdict({ switchback: [20, 20, 90], nginx: [10, 10, 10] }), 'pass')
  assert.equal(verdict({ switchback: [20, 20.1, 20.1], nginx: [10, 10, 10] }), 'miss')
})

test('a gate on what something adds is in microseconds, round by round', () => {
  const more: Gate = { ...gate, by: 'more', max: 3 }
  assert.equal(verdict({ switchback: [23, 33, 90], nginx: [20, 30, 40] }, more), 'pass')
  assert.equal(verdict({ switchback: [23.1, 33.1, 40], nginx: [20, 30, 40] }, more), 'miss')
})

test('a gate without one of its sides is not measured, and never a pass', () => {
  assert.equal(verdict({ switchback: [20] }), 'not-measured')
  assert.equal(verdict({ nginx: [10] }), 'not-measured')
})

test('ratios are taken round by round', () => {
  assert.deepEqual(ratioOf([10, 40], [10, 20]), { median: 1.5, min: 1, max: 2 })
})

test('the median of an even number of rounds lies between the middle two', () => {
  assert.deepEqual(spreadOf([4, 1, 10, 2]), { median: 3, min: 1, max: 10 })
  assert.equal(spreadOf([]), null)
})

test('one answer that is not a 2xx, or none, is a fault', () => {
  const good = { answered: 9, non2xx: 0, limited: 0, unanswered: 0, errors: 0, timeouts: 0 }
  const figures = { requestsPerSecond: 9, p50: 1, p99: 1 }
  assert.equal(faultOf({ ...figures, ...good }), null)
  for (const field of ['non2xx', 'unanswered', 'errors', 'timeouts'])
    assert.match(faultOf({ ...figures, ...good, [field]: 1 }) ?? '', /9 answered with 2xx/, field)
  assert.notEqual(faultOf({ ...figures, ...good, answered: 0 }), null)
})

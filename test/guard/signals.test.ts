import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import type { Observation } from '../../src/guard/observation.ts'
import { signalOf } from '../../src/guard/signal.ts'
import { budget, noAnswer, observed } from './parts.ts'

/** What each observation is to the budget, as words. */
function findings(
  rule: ReturnType<typeof budget>,
  cases: Readonly<Record<string, readonly [string, Partial<Observation>]>>,
): void {
  const signal = signalOf(rule)
  for (const [title, [expected, changes]] of Object.entries(cases)) {
    it(`${title}: ${expected}`, () => assert.equal(signal?.(observed(changes)), expected))
  }
}

describe('errors', () => {
  findings(budget({ signal: 'errors', max: '1%' }), {
    'a success': ['good', {}],
    "a client's mistake": ['good', { status: 404 }],
    'a server error': ['bad', { status: 500 }],
    'no answer': ['bad', noAnswer],
    'an answer cut off': ['bad', { failed: true }],
    'a timeout': ['bad', { ...noAnswer, timedOut: true }],
    'not asked': ['ignored', { ...noAnswer, unavailable: true }],
    'a client that left': ['ignored', { ...noAnswer, leftAfterMs: 5000 }],
    'a client that left during a success': ['ignored', { leftAfterMs: 5000 }],
    'a client that left during a server error': ['bad', { status: 500, leftAfterMs: 5000 }],
  })
})

describe('latency', () => {
  findings(budget({ signal: 'latency', p95: '150ms' }), {
    'just in time': ['good', { headMs: 150 }],
    late: ['bad', { headMs: 150.1 }],
    'an error in time': ['good', { status: 500 }],
    'given up for taking too long': ['bad', { ...noAnswer, timedOut: true }],
    'a fault that is no matter of time': ['ignored', noAnswer],
    'not asked': ['ignored', { ...noAnswer, unavailable: true }],
    'a client that left in time': ['ignored', { ...noAnswer, leftAfterMs: 150 }],
    'a client that left too late': ['bad', { ...noAnswer, leftAfterMs: 151 }],
    'a client that left during a late answer': ['bad', { headMs: 151, leftAfterMs: 400 }],
    'a client that left during a timely answer': ['good', { headMs: 100, leftAfterMs: 400 }],
  })
})

describe('availability', () => {
  findings(budget({ signal: 'availability', min: '99%' }), {
    'a success': ['good', {}],
    'an error is an answer': ['good', { status: 503 }],
    'an answer cut off is an answer': ['good', { failed: true }],
    'no answer': ['bad', noAnswer],
    'not asked': ['bad', { status: 0, unavailable: true, headMs: -1 }],
    'a client that left': ['ignored', { ...noAnswer, leftAfterMs: 5000 }],
  })
})

describe('a number in a header', () => {
  const header = (value: string) => ({ headers: ['a', 'b', 'x-accuracy', value] })
  findings(budget({ signal: 'header', name: 'X-Accuracy', min: 0.85, most: 1, max: '5%' }), {
    'at the least': ['good', header('0.85')],
    'at the most': ['good', header(' 1.0 ')],
    'after a value that is its name': ['good', { headers: ['a', 'x-accuracy', 'x-accuracy', '1'] }],
    below: ['bad', header('0.8499')],
    above: ['bad', header('1.1')],
    absent: ['missing', { headers: ['a', 'x-accuracy'] }],
    empty: ['missing', header('')],
    'no number': ['missing', header('high')],
    infinite: ['missing', header('Infinity')],
    'in no form for numbers': ['missing', header('0x1')],
    'of an error': ['ignored', { ...header('0.1'), status: 500 }],
    'of an answer cut off': ['ignored', { ...header('0.1'), failed: true }],
  })
})

describe('signals whose numbers come otherwise', () => {
  it('read nothing off a request', () => {
    assert.equal(signalOf(budget({ signal: 'pushed', name: 'revenue', min: 1, max: '5%' })), null)
    assert.equal(signalOf(budget({ signal: 'json', pointer: '/a', min: 1, max: '5%' })), null)
    assert.equal(signalOf(budget({ signal: 'latency', p95: '1.2x v1' })), null)
  })
})

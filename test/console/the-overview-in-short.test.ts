import assert from 'node:assert/strict'
import { test } from 'node:test'
import { inShort } from '../../src/console/overview/in-short.ts'

type Verdict = 'pass' | 'breach' | 'not-yet'

const group = (flag: string, state: 'open' | 'tripped', ...verdicts: Verdict[]) => ({
  flag,
  latch: { state: { state } },
  verdicts: verdicts.map(verdict => ({ verdict })),
})

test('what is switched back comes before all else', () => {
  const groups = [group('a', 'open', 'breach'), group('b', 'tripped'), group('c', 'tripped')]
  assert.equal(inShort(groups), 'b, c: switched back, all on V1.')
})

test('a budget that is exceeded comes before those that pass', () => {
  const one = [group('a', 'open', 'pass', 'breach'), group('b', 'open', 'pass')]
  assert.equal(inShort(one), 'V2 is allowed, and exceeds a budget.')
  const two = [group('a', 'open', 'breach'), group('b', 'open', 'breach')]
  assert.equal(inShort(two), 'V2 is allowed, and exceeds 2 budgets.')
})

test('what is not decided does not pass', () => {
  const groups = [group('a', 'open', 'pass', 'not-yet'), group('b', 'open', 'pass')]
  assert.equal(inShort(groups), 'V2 is allowed. 2 of 3 budgets pass, none is exceeded.')
  const one = [group('a', 'open', 'not-yet')]
  assert.equal(inShort(one), 'V2 is allowed. 0 of one budget passes, none is exceeded.')
})

test('where nothing judges, that is said', () => {
  assert.equal(inShort([group('a', 'open')]), 'V2 is allowed, and no budget judges it.')
  assert.equal(inShort([]), 'No route has a flag: everything goes to V1.')
})

import assert from 'node:assert/strict'
import { test } from 'node:test'
import { calmOrder, keyOf } from '../../src/console/differences/calm-order.ts'

type Verdict = 'real' | 'undecided' | 'noise'

const finding = (at: string, verdict: Verdict, isAcknowledged = false) => ({
  ...({ part: 'body', at, kind: 'value', verdict } as const),
  acknowledged: isAcknowledged ? { who: 'ada', why: 'meant', at: 1 } : null,
})

const placesIn = (findings: Parameters<typeof calmOrder>[0], before: readonly string[] = []) =>
  calmOrder(findings, before).map(({ at }) => at)

test('findings stand as they come, worst first, and what was acknowledged last', () => {
  const findings = [
    finding('/known', 'real', true),
    finding('/noisy', 'noise'),
    finding('/b', 'real'),
    finding('/open', 'undecided'),
    finding('/a', 'real'),
  ]
  assert.deepEqual(placesIn(findings), ['/b', '/a', '/open', '/noisy', '/known'])
})

test('one that becomes more frequent than another does not push it from its place', () => {
  const before = [finding('/a', 'real'), finding('/b', 'real')].map(keyOf)
  const findings = [finding('/new', 'real'), finding('/b', 'real'), finding('/a', 'real')]
  assert.deepEqual(placesIn(findings, before), ['/a', '/b', '/new'])
})

test('one that becomes worse goes before those that are not', () => {
  const before = [finding('/a', 'undecided'), finding('/b', 'undecided')].map(keyOf)
  assert.deepEqual(placesIn([finding('/a', 'undecided'), finding('/b', 'real')], before), [
    '/b',
    '/a',
  ])
})

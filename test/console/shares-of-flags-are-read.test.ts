import assert from 'node:assert/strict'
import { test } from 'node:test'
import { shareOfFlag } from '../../src/console/overview/flag-share.ts'

const rollout = (percent: number, more: object = {}) => ({
  name: 'flexibleRollout',
  parameters: { rollout: String(percent) },
  ...more,
})
const feature = (strategies: readonly object[], enabled = true) => [
  { name: 'other', enabled: true, strategies: [rollout(70)] },
  { name: 'v2', enabled, strategies },
]
const named = (operator: string, values: readonly string[], contextName = 'segment') => ({
  constraints: [{ contextName, operator, values }],
})

test('everyone has the percent of the strategy that names nobody', () => {
  assert.deepEqual(shareOfFlag(feature([rollout(25)]), 'v2'), {
    isOn: true,
    percent: 25,
    named: [],
  })
})

test('who is named stands apart, and who is left out for them does not', () => {
  const strategies = [
    rollout(10, named('NOT_IN', ['beta_users', 'partners'])),
    rollout(100, named('IN', ['beta_users'])),
    rollout(50, named('IN', ['DE', 'AT'], 'country')),
    rollout(5, { segments: [7] }),
    { name: 'userWithId', parameters: { userIds: 'ada,ben' } },
  ]
  assert.deepEqual(shareOfFlag(feature(strategies), 'v2'), {
    isOn: true,
    percent: 10,
    named: [
      { whom: 'beta_users', percent: 100 },
      { whom: 'country in DE, AT', percent: 50 },
      { whom: 'Unleash segment 7', percent: 5 },
      { whom: 'users ada,ben', percent: 100 },
    ],
  })
})

test('where all are named, everyone else has nothing', () => {
  const share = shareOfFlag(feature([rollout(100, named('IN', ['beta_users']))]), 'v2')
  assert.equal(share?.percent, 0)
})

test('of several strategies for everyone the widest counts', () => {
  assert.equal(shareOfFlag(feature([rollout(10), rollout(40)]), 'v2')?.percent, 40)
  assert.equal(shareOfFlag(feature([rollout(10), { name: 'default' }]), 'v2')?.percent, 100)
})

test('a flag without strategies is for everyone, and one that is off for nobody', () => {
  assert.equal(shareOfFlag(feature([]), 'v2')?.percent, 100)
  const off = shareOfFlag(feature([rollout(25), rollout(100, named('IN', ['beta']))], false), 'v2')
  assert.deepEqual(off, { isOn: false, percent: 0, named: [{ whom: 'beta', percent: 0 }] })
})

test('of a flag that no worker has nothing is said', () => {
  assert.equal(shareOfFlag(feature([]), 'v3'), null)
})

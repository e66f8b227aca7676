import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import type { BudgetRule } from '../../src/config/budget-rule.ts'
import type { BudgetVerdict } from '../../src/guard/verdict.ts'
import { type GateFacts, gateOf } from '../../src/rollout/gate.ts'
import { budget, judgedRoute } from '../guard/parts.ts'

const flag = 'v2_migration'
const errors = budget({ signal: 'errors', max: '1%' })
const latency = budget({ signal: 'latency', p95: '150ms' })
const mismatch = budget({ signal: 'mismatch', max: '0.5%' })
const perEndpoint = budget({ signal: 'errors', max: '5%', per: 'endpoint' })

/** What a budget of the route `match` says. */
function says(
  rule: BudgetRule,
  verdict: BudgetVerdict['verdict'],
  changes: Partial<BudgetVerdict> = {},
): BudgetVerdict {
  const reasons = { pass: 'within-budget', breach: 'over-budget', 'not-yet': 'no-traffic' } as const
  return {
    route: 'match',
    flag,
    budget: rule.id,
    scope: null,
    verdict,
    reason: reasons[verdict],
    text: `${rule.signal} said so`,
    requests: 0,
    bad: 0,
    share: null,
    allowed: rule.allowed,
    v1: null,
    missing: 0,
    height: 0,
    certainty: rule.certainty,
    moreRequests: verdict === 'not-yet' ? 500 : null,
    dryRun: rule.dryRun,
    seenBy: 'machine',
    ...changes,
  }
}

function gate(rules: readonly BudgetRule[], facts: Partial<GateFacts>) {
  return gateOf({
    flag,
    routes: [judgedRoute(rules)],
    verdicts: [],
    experiments: [],
    isLive: false,
    switchedBack: null,
    signal: null,
    ...facts,
  })
}

/** Verdicts → the gate, with V2 at 0 % and live. */
const table = [
  { title: 'all pass', errors: 'pass', mismatch: 'pass', at0: 'open', live: 'open' },
  {
    title: 'no live traffic yet',
    errors: 'not-yet',
    mismatch: 'pass',
    at0: 'open',
    live: 'not-yet',
  },
  { title: 'too few pairs', errors: 'pass', mismatch: 'not-yet', at0: 'not-yet', live: 'not-yet' },
  { title: 'pairs differ', errors: 'not-yet', mismatch: 'breach', at0: 'closed', live: 'closed' },
  { title: 'V2 failed', errors: 'breach', mismatch: 'pass', at0: 'closed', live: 'closed' },
] as const

describe('the gate', () => {
  for (const { title, at0, live, ...verdicts } of table) {
    const given = { verdicts: [says(errors, verdicts.errors), says(mismatch, verdicts.mismatch)] }
    it(`with V2 at 0 % is ${at0}: ${title}`, () => {
      assert.equal(gate([errors, mismatch], { ...given }).state, at0)
    })
    it(`with V2 live is ${live}: ${title}`, () => {
      assert.equal(gate([errors, mismatch], { ...given, isLive: true }).state, live)
    })
  }

  it('names what closes it, and lists the rest behind', () => {
    const place = '12 of 12 pairs differed, allowed 0.5 %; worst is /price (value) in 100 % of 214'
    const verdicts = [
      says(errors, 'not-yet'),
      says(latency, 'not-yet'),
      says(mismatch, 'breach', { text: place }),
    ]
    const { text, budgets } = gate([errors, latency, mismatch], { verdicts })
    assert.equal(text, `mismatch max 0.5% of match: ${place}`)
    assert.deepEqual(
      budgets.map(({ budget, says }) => [budget, says]),
      [
        ['mismatch max 0.5%', 'exceeded'],
        ['errors max 1%', 'needs-live-traffic'],
        ['latency p95 150ms', 'needs-live-traffic'],
      ],
    )
  })

  it('that is open says what passed, and what nobody could judge', () => {
    const verdicts = [says(errors, 'not-yet'), says(mismatch, 'pass')]
    const { text } = gate([errors, mismatch], { verdicts })
    assert.equal(text, '1 budget passes, 1 cannot be judged before V2 has clients')
  })

  it('waits for a budget per endpoint of which nothing was seen yet, where V2 is live', () => {
    const live = gate([perEndpoint], { isLive: true })
    assert.deepEqual([live.state, live.budgets[0]?.says], ['not-yet', 'not-yet'])
    assert.equal(live.text, 'errors max 5% per endpoint of match: V2 was not asked')
    assert.equal(gate([perEndpoint], {}).state, 'open')
  })

  it('waits for every endpoint of a budget', () => {
    const verdicts = [
      says(perEndpoint, 'pass', { scope: 'GET /a' }),
      says(perEndpoint, 'not-yet', { scope: 'GET /b' }),
      says(perEndpoint, 'not-yet', { scope: 'GET /c' }),
    ]
    const { state, text } = gate([perEndpoint], { verdicts, isLive: true })
    assert.equal(state, 'not-yet')
    assert.equal(text, 'errors max 5% per endpoint of match for GET /b: errors said so; and 1 more')
  })

  it('is not held by a dry run, and not opened by it', () => {
    const dry = budget({ signal: 'mismatch', max: '0.5%', dryRun: true })
    const breach = says(dry, 'breach')
    assert.equal(gate([errors, dry], { verdicts: [says(errors, 'pass'), breach] }).state, 'open')
    const alone = gate([dry], { verdicts: [says(dry, 'pass')] })
    assert.deepEqual(
      [alone.state, alone.text],
      ['not-yet', 'no budget that acts: nothing says that V2 may go on'],
    )
  })

  it('is never open for a flag without a budget', () => {
    assert.equal(gate([], { isLive: true }).state, 'not-yet')
    const asked = gate([errors], { verdicts: [says(errors, 'pass')], signal: 'mismatch' })
    assert.equal(asked.state, 'not-yet')
    assert.equal(asked.text, 'no budget on mismatch that acts: nothing says that V2 may go on')
  })

  it('is closed while the flag is switched back, but for who asks about mismatches alone', () => {
    const verdicts = [says(errors, 'breach'), says(mismatch, 'pass')]
    const given = { verdicts, switchedBack: 'ada sent all traffic back to V1' }
    const whole = gate([errors, mismatch], given)
    assert.deepEqual(
      [whole.state, whole.text],
      ['closed', 'switched back: ada sent all traffic back to V1'],
    )
    const alone = gate([errors, mismatch], { ...given, signal: 'mismatch' })
    assert.deepEqual(
      [alone.state, alone.text, alone.budgets.length],
      ['open', '1 budget passes', 1],
    )
  })

  it('is about the routes of its flag alone', () => {
    const other = judgedRoute([mismatch], { name: 'other', flag: 'other' })
    const verdicts = [says(errors, 'pass'), says(mismatch, 'breach', { route: 'other' })]
    const { state, budgets } = gate([errors], {
      verdicts,
      routes: [judgedRoute([errors]), other],
    })
    assert.deepEqual([state, budgets.length], ['open', 1])
  })

  it('is closed by an experiment that finds V2 worse, but for who asks about mismatches alone', () => {
    const verdicts = [says(errors, 'pass'), says(mismatch, 'pass')]
    const experiment = (verdict: 'worse' | 'not-yet') => [
      { name: 'conversion', verdict, text: 'conversion: −2 points' },
    ]
    const rules = [errors, mismatch]
    const worse = gate(rules, { verdicts, experiments: experiment('worse') })
    assert.equal(worse.state, 'closed')
    assert.equal(worse.text, 'users are worse off on V2: conversion: −2 points')
    assert.equal(gate(rules, { verdicts, experiments: experiment('not-yet') }).state, 'open')
    const signal = 'mismatch'
    const alone = gate(rules, { verdicts, experiments: experiment('worse'), signal })
    assert.deepEqual([alone.state, alone.experiments], ['open', []])
  })
})

import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { BudgetVerdict } from '../../src/guard/verdict.ts'
import { worstOfEach } from '../../src/telemetry/budget-metrics.ts'
import { createControlMetrics } from '../../src/telemetry/control-metrics.ts'

const verdict: BudgetVerdict = {
  ...{ route: 'match', flag: 'v2', budget: 'errors max 1%', scope: null },
  ...{ verdict: 'not-yet', reason: 'not-certain-yet', text: '' },
  ...{ requests: 100, bad: 2, share: 0.02, allowed: 0.01, v1: null, missing: 0 },
  ...{ height: 0.25, certainty: 1e6, moreRequests: null, dryRun: false, seenBy: 'machine' },
}

async function samplesOf(verdicts: readonly BudgetVerdict[]): Promise<string[]> {
  const metrics = createControlMetrics({ ownProcess: false })
  metrics.budgets.watch(() => verdicts)
  const text = await metrics.registry.metrics()
  return text.split('\n').filter(line => line.startsWith('switchback_budget_'))
}

test('a budget shows how near its breach is, what was bad, what is allowed, and the verdict', async () => {
  const labels = 'route="match",flag="v2",budget="errors max 1%",dry_run="false"'
  assert.deepEqual(await samplesOf([verdict]), [
    `switchback_budget_evidence_ratio{${labels}} 0.25`,
    `switchback_budget_bad_ratio{${labels}} 0.02`,
    `switchback_budget_allowed_ratio{${labels}} 0.01`,
    `switchback_budget_verdict{${labels},verdict="not-yet"} 1`,
  ])
})

test('without an answer to judge there is no share, and without a budget nothing at all', async () => {
  const names = (await samplesOf([{ ...verdict, share: null }])).map(line => line.split('{')[0])
  assert.deepEqual(names, [
    'switchback_budget_evidence_ratio',
    'switchback_budget_allowed_ratio',
    'switchback_budget_verdict',
  ])
  assert.deepEqual(await samplesOf([]), [])
})

test('of endpoints and segments the worst is shown, so that no caller can make a series', () => {
  const scoped = (scope: string, more: Partial<BudgetVerdict>) => ({ ...verdict, scope, ...more })
  const worst = (...verdicts: BudgetVerdict[]) => worstOfEach(verdicts).map(({ scope }) => scope)
  const calm = scoped('calm', { verdict: 'pass', height: 0 })
  const near = scoped('near', { height: 0.9 })
  // A window may breach without any height.
  const over = scoped('over', { verdict: 'breach', height: 0.1 })
  assert.deepEqual(worst(calm, near), ['near'])
  assert.deepEqual(worst(near, over, calm), ['over'])
  assert.deepEqual(worst(scoped('unknown', { height: 0 }), calm), ['unknown'])
  assert.deepEqual(worst(near, { ...calm, budget: 'latency p95 150ms' }), ['near', 'calm'])
  assert.deepEqual(worst(near, { ...calm, route: 'search' }), ['near', 'calm'])
})

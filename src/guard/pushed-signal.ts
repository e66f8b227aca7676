import type { Variant } from '../cohort/assignment.ts'
import type { BudgetRule } from '../config/budget-rule.ts'
import type { LinkedRoute } from '../config/snapshot.ts'
import type { Counts } from './observation.ts'
import { seriesName } from './series.ts'
import { findingOf } from './signal.ts'

/** Business numbers from outside: values, or how many of them were good and bad already. */
export type PushedSignal = {
  /** `name` of the budgets they are for. */
  readonly name: string
  /** Name of a route, or of a flag for all of its routes; null for every budget of that name. */
  readonly route: string | null
  readonly flag: string | null
  readonly variant: Variant
  /** Value of the property that the budget is `per`, where it has one. */
  readonly scope: string | null
} & (
  | { readonly values: readonly number[] }
  | { readonly values: null; readonly good: number; readonly bad: number }
)

/** The numbers as counts of the budgets they are for; null where there is no such budget. */
export function countsOfPushed(
  routes: readonly LinkedRoute[],
  pushed: PushedSignal,
): Counts | null {
  const counts: Record<string, number> = {}
  let isKnown = false
  for (const { name: route, flag, rules, v2 } of routes) {
    if (pushed.route !== null && pushed.route !== route) continue
    if (v2 === undefined || (pushed.flag !== null && pushed.flag !== flag)) continue
    for (const rule of rules.budgets) {
      if (rule.signal !== 'pushed' || rule.name !== pushed.name) continue
      isKnown = true
      const { good, bad } = goodAndBad(rule, pushed)
      const scope = rule.per === null ? null : (pushed.scope ?? 'unknown')
      const series = { route, budget: rule.id, scope, variant: pushed.variant }
      if (good + bad > 0) counts[seriesName({ ...series, what: 'events' })] = good + bad
      if (bad > 0) counts[seriesName({ ...series, what: 'bad' })] = bad
    }
  }
  return isKnown ? counts : null
}

function goodAndBad(rule: BudgetRule, pushed: PushedSignal): { good: number; bad: number } {
  if (pushed.values === null) return pushed
  const findings = pushed.values.map(value => findingOf(value, rule))
  return {
    good: findings.filter(finding => finding === 'good').length,
    bad: findings.filter(finding => finding === 'bad').length,
  }
}

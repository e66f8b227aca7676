import type { Variant } from '../cohort/assignment.ts'
import type { BudgetRule } from '../config/budget-rule.ts'
import type { LinkedRoute } from '../config/snapshot.ts'
import type { Counts } from './observation.ts'
import { seriesName } from './series.ts'
import { findingOf } from './signal.ts'

/** Business numbers from outside: values, or how many of them were good and bad already. */
export interface PushedSignal {
  /** `name` of the budgets they are for. */
  readonly name: string
  /** Only those of this route, and of the routes of this flag. */
  readonly route: string | null
  readonly flag: string | null
  readonly variant: Variant
  readonly found:
    | { readonly values: readonly number[] }
    | { readonly good: number; readonly bad: number }
}

/** The numbers as counts, and of how many budgets; or why they are nobody's. */
export type PushedAnswer =
  | { readonly taken: true; readonly budgets: number; readonly counts: Counts }
  | { readonly taken: false; readonly refusal: PushedRefusal; readonly text: string }

export type PushedRefusal = 'unknown-route' | 'unknown-flag' | 'unknown-name'

export function countsOfPushed(
  routes: readonly LinkedRoute[],
  { name, route, flag, variant, found }: PushedSignal,
): PushedAnswer {
  const judged = routes.filter(({ v2 }) => v2 !== undefined)
  const ofRoute = judged.filter(each => route === null || each.name === route)
  if (ofRoute.length === 0) {
    return refused('unknown-route', 'route must be one with a V2', route)
  }
  const ofFlag = ofRoute.filter(each => flag === null || each.flag === flag)
  if (ofFlag.length === 0) return refused('unknown-flag', 'flag must be that of a route', flag)

  const counts: Record<string, number> = {}
  let budgets = 0
  for (const { name: itsRoute, rules } of ofFlag) {
    for (const rule of rules.budgets) {
      if (rule.signal !== 'pushed' || rule.name !== name) continue
      budgets++
      const { good, bad } = goodAndBad(rule, found)
      const series = { route: itsRoute, budget: rule.id, scope: null, variant }
      if (good + bad > 0) counts[seriesName({ ...series, what: 'events' })] = good + bad
      if (bad > 0) counts[seriesName({ ...series, what: 'bad' })] = bad
    }
  }
  if (budgets > 0) return { taken: true, budgets, counts }
  return refused('unknown-name', 'name must be that of a pushed budget there', name)
}

function refused(refusal: PushedRefusal, rule: string, received: string | null): PushedAnswer {
  return {
    taken: false,
    refusal,
    text: `Cannot take the signal: ${rule}, received ${JSON.stringify(received)}`,
  }
}

function goodAndBad(
  rule: BudgetRule,
  found: PushedSignal['found'],
): { readonly good: number; readonly bad: number } {
  if (!('values' in found)) return found
  const findings = found.values.map(value => findingOf(value, rule))
  return {
    good: findings.filter(finding => finding === 'good').length,
    bad: findings.filter(finding => finding === 'bad').length,
  }
}

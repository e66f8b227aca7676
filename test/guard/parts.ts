import { type BudgetConfig, type BudgetRule, budgetRule } from '../../src/config/budget-rule.ts'
import type { LinkedRoute } from '../../src/config/snapshot.ts'
import type { Observation } from '../../src/guard/observation.ts'
import { route } from '../cohort/parts.ts'
import { plainRules } from '../support/rules.ts'

/** A budget as written, with the defaults that the schema fills in. */
export function budget(config: Pick<BudgetConfig, 'signal'> & Partial<BudgetConfig>): BudgetRule {
  return budgetRule({ minRequests: 100, certainty: 1e6, dryRun: false, ...config })
}

/** The route `match` with V1, V2 and these budgets. */
export function judgedRoute(
  budgets: readonly BudgetRule[],
  changes: Partial<LinkedRoute> = {},
): LinkedRoute {
  return route({ rules: { ...plainRules, budgets }, ...changes })
}

/** V2 answered 200 after 10 ms, unless a test says otherwise. */
export function observed(changes: Partial<Observation> = {}): Observation {
  return {
    variant: 'v2',
    status: 200,
    failed: false,
    timedOut: false,
    leftAfterMs: -1,
    unavailable: false,
    headMs: 10,
    headers: [],
    method: 'GET',
    path: '/api',
    properties: {},
    ...changes,
  }
}

/** What happens to a request that gets no answer. */
export const noAnswer = { status: 0, failed: true, headMs: -1 } as const

/** How many of `events` are bad when each is with this chance. */
export function badAmong(events: number, share: number, random: () => number): number {
  let bad = 0
  for (let i = 0; i < events; i++) if (random() < share) bad++
  return bad
}

import type { BudgetRule } from '../config/budget-rule.ts'
import type { LinkedRoute } from '../config/snapshot.ts'
import type { MismatchFacts, RouteMismatches } from '../shadow/mismatches.ts'
import type { Counts } from './observation.ts'
import { seriesName } from './series.ts'
import type { VerdictReason } from './verdict.ts'

export const noFacts: MismatchFacts = {
  worst: null,
  mismatchShare: 0,
  undecided: null,
  uncompared: null,
}

/** Where most pairs say nothing, the others are a minority that nobody chose: it does not speak for them. */
const mostUncompared = 0.5

/** Pairs as counts of the budgets on `mismatch` of their route. */
export function countsOfMismatches(
  routes: readonly LinkedRoute[],
  found: readonly RouteMismatches[],
): Counts {
  const counts: Record<string, number> = {}
  for (const { route, pairs, mismatched } of found) {
    const rules = routes.find(({ name }) => name === route)?.rules.budgets ?? []
    for (const { id, signal } of rules) {
      if (signal !== 'mismatch') continue
      const series = { route, budget: id, scope: null, variant: 'v2' } as const
      if (pairs > 0) counts[seriesName({ ...series, what: 'events' })] = pairs
      if (mismatched > 0) counts[seriesName({ ...series, what: 'bad' })] = mismatched
    }
  }
  return counts
}

/**
 * Why pairs that would do for a pass do not; null where they do.
 *
 * A difference in more pairs than the budget allows may be V2's fault or V1's habit. As long as V1 was not
 * asked twice often enough to tell, the pairs that show it are counted as good, and prove nothing. Once it
 * is known to be V2's fault, those that came before still say otherwise until enough came behind them.
 */
export function reasonNotToPass(
  { signal, allowed }: Pick<BudgetRule, 'signal' | 'allowed'>,
  { mismatchShare, undecided, uncompared }: MismatchFacts,
): Extract<VerdictReason, 'noise-unknown' | 'not-certain-yet' | 'hardly-compared'> | null {
  if (signal !== 'mismatch') return null
  if (mismatchShare > allowed) return 'not-certain-yet'
  if (uncompared !== null && uncompared.share > mostUncompared) return 'hardly-compared'
  return undecided !== null && undecided.share > allowed ? 'noise-unknown' : null
}

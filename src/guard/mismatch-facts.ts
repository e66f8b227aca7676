import type { BudgetRule } from '../config/budget-rule.ts'
import type { LinkedRoute } from '../config/snapshot.ts'
import type { RouteMismatches, UndecidedDifference } from '../shadow/mismatches.ts'
import type { Counts } from './observation.ts'
import { seriesName } from './series.ts'

/** What is known of a route's differences beside how many pairs mismatch. */
export interface MismatchFacts {
  /** The worst real one in a few words; null for none. */
  readonly worst: string | null
  /** The most frequent one of which it is not known yet whether V1 differs from itself there as well. */
  readonly undecided: UndecidedDifference | null
}

export const noFacts: MismatchFacts = { worst: null, undecided: null }

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
 * A difference in more pairs than the budget allows may be V2's fault or V1's habit. As long as V1 was
 * not asked twice often enough to tell, the pairs that show it are counted as good, and prove nothing.
 */
export function mayHideBreach(
  { signal, allowed }: Pick<BudgetRule, 'signal' | 'allowed'>,
  { undecided }: MismatchFacts,
): boolean {
  return signal === 'mismatch' && undecided !== null && undecided.share > allowed
}

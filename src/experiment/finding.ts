import type { ExperimentRule } from '../config/experiment-rule.ts'
import { type Interval, intervalOf } from './interval.ts'
import { addTotals, nothingYet, type Totals, type ValueSums } from './sums.ts'

/** What an experiment says of V2. The same word stands in the API, the metric, the audit and the docs. */
export const experimentVerdicts = [
  'not-yet', // users or time are missing, and V2 is not proven worse
  'better', // better than V1
  'no-worse', // not shown to be better, and not worse by more than `margin`
  'worse', // worse than V1 by more than `margin`; said as soon as it is sure
  'no-difference-shown', // all that was asked for is there, and it does not decide
] as const
export type ExperimentVerdict = (typeof experimentVerdicts)[number]

/** What it is based on, in numbers. */
export interface ExperimentFinding {
  readonly verdict: ExperimentVerdict
  /** V2 − V1, and between what it lies; null while nothing can be said. Of a share 0.003 for 0.3 points. */
  readonly interval: Interval | null
  readonly v1: VariantFinding
  readonly v2: VariantFinding
  /** Users that are missing on the variant that has fewer. */
  readonly missingUsers: number
  /** Milliseconds until it has lasted as long as it is to. */
  readonly missingMs: number
}

export interface VariantFinding {
  /** Whose values are final, and who have somebody to be held against. */
  readonly users: number
  /** Share or mean over these; null for none. */
  readonly mean: number | null
}

export interface ExperimentFacts {
  readonly rule: ExperimentRule
  /** By value of what users are held apart by. */
  readonly kinds: readonly Totals[]
  /** Milliseconds since it began. */
  readonly elapsedMs: number
}

/**
 * What the users so far say. That V2 is worse is said at any time: the interval holds however often one
 * looks. That it is as good waits for the users and the time that were asked for, since a week has days of
 * different kinds.
 */
export function findingOf({ rule, kinds, elapsedMs }: ExperimentFacts): ExperimentFinding {
  const { users, of, from } = rule
  const { v1, v2 } = kinds.reduce(addTotals, nothingYet).of
  // Nothing came from anybody: more likely nobody sends it than nothing happens. Statuses are always there.
  const isSilent = from !== 'status' && v1.squares + v2.squares === 0
  const interval = isSilent
    ? null
    : intervalOf(kinds, { alpha: rule.alpha, users, isShare: of === 'share' })
  const missingUsers = Math.max(0, users - Math.min(v1.users, v2.users))
  const missingMs = Math.max(0, rule.forMs - elapsedMs)
  const isWhole = missingUsers === 0 && missingMs === 0
  return {
    verdict: interval === null ? 'not-yet' : verdictOf(interval, rule, isWhole),
    ...{ interval, missingUsers, missingMs },
    v1: variantFinding(v1),
    v2: variantFinding(v2),
  }
}

function verdictOf(
  { low, high }: Interval,
  { better, margin }: ExperimentRule,
  isWhole: boolean,
): ExperimentVerdict {
  const [least, most] = better === 'more' ? [low, high] : [-high, -low]
  if (most < -margin) return 'worse'
  if (!isWhole) return 'not-yet'
  if (least > 0) return 'better'
  return least > -margin ? 'no-worse' : 'no-difference-shown'
}

function variantFinding({ users, sum }: ValueSums): VariantFinding {
  return { users, mean: users === 0 ? null : sum / users }
}

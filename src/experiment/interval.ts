import { addTotals, nothingYet, type Totals, type ValueSums } from './sums.ts'

/** By how much V2 differs from V1, and between what that lies, however often one looks. */
export interface Interval {
  readonly difference: number
  readonly low: number
  readonly high: number
}

export interface IntervalRule {
  /** Of ever being wrong, such as 0.05. */
  readonly alpha: number
  /** Users per variant at which the interval is to be narrowest. It is valid before and behind. */
  readonly users: number
  /** Whether a value is only ever 0 or 1. */
  readonly isShare: boolean
}

/**
 * Users of each variant below which there is no interval: it stands on the central limit theorem.
 * Measured in test/experiment: how often it misses where one looks after every batch of users.
 */
export const fewestUsers = 100

/** Where both variants are equal in size a stratum weighs half of either, with a small V2 nearly all of it. */
const expectedWeight = 0.7

/**
 * An asymptotic confidence sequence (Waudby-Smith, Arbour, Sinha, Kennedy, Ramdas, 2024, arXiv:2103.06476)
 * for the mean difference within strata. How a stratum weighs depends on how many users it has and not on
 * what they did, so Σ w(d − δ) is a martingale whatever the share of V2 is in each, also where a rollout
 * moves it. Its variance V is that of users; Robbins' mixture of normal boundaries, which was for known
 * variances, bounds it at all times at once by √((V+η)(2 ln(1/α) + ln(1+V/η))).
 *
 * Null while either variant has too few users, or none of them anything to tell them apart by.
 *
 * @param kinds All strata, by what users are held apart by; without it they are of one kind.
 */
export function intervalOf(kinds: readonly Totals[], rule: IntervalRule): Interval | null {
  const { of, weight, weighted } = kinds.reduce(addTotals, nothingYet)
  if (of.v1.users < fewestUsers || of.v2.users < fewestUsers) return null
  const [v1, v2] = [varianceOf(of.v1, rule.isShare), varianceOf(of.v2, rule.isShare)]
  const variance = varianceWithin(kinds, rule)
  if (!(variance > 0)) return null
  const planned = (((v1 + v2) / 2) * rule.users * expectedWeight) / narrowestAt(rule.alpha)
  const bound = Math.sqrt(
    (variance + planned) * (2 * Math.log(1 / rule.alpha) + Math.log1p(variance / planned)),
  )
  const difference = weighted / weight
  return { difference, low: difference - bound / weight, high: difference + bound / weight }
}

/**
 * V, kind by kind: where what enterprise customers spend varies a hundred times as much as what others do,
 * and V2 has another part of either, one variance for all would be that of neither. Kinds of few users
 * are taken together.
 */
function varianceWithin(kinds: readonly Totals[], { isShare }: IntervalRule): number {
  const isLarge = ({ of }: Totals) => Math.min(of.v1.users, of.v2.users) >= fewestUsers
  const rest = kinds.filter(kind => !isLarge(kind)).reduce(addTotals, nothingYet)
  return [...kinds.filter(isLarge), rest]
    .filter(({ weight }) => weight > 0)
    .reduce((sum, { of, spread }) => {
      const [v1, v2] = [varianceOf(of.v1, isShare), varianceOf(of.v2, isShare)]
      return sum + v1 * spread.v1 + v2 * spread.v2
    }, 0)
}

/** V/η at which the boundary is lowest beside √V, to within a percent (the same paper, appendix B.2). */
function narrowestAt(alpha: number): number {
  const doubt = 2 * Math.log(1 / alpha)
  return doubt + Math.log(doubt) + 1
}

/**
 * Over users. That of a share is taken as with one more user of either kind: of a thousand users to whom
 * nothing happened it is not known that nothing ever does.
 */
function varianceOf({ users, sum, squares }: ValueSums, isShare: boolean): number {
  if (isShare) {
    const share = (sum + 1) / (users + 2)
    return share * (1 - share)
  }
  return Math.max(0, squares - sum ** 2 / users) / Math.max(1, users - 1)
}

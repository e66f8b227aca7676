import type { Variant } from '../cohort/assignment.ts'

/** What users of one variant came to: how many, the sum of their values, and of the squares of those. */
export interface ValueSums {
  readonly users: number
  readonly sum: number
  readonly squares: number
}

/** Users that are held against each other: first seen in the same time, and alike where that is asked for. */
export type Stratum = Readonly<Record<Variant, ValueSums>>

/**
 * An experiment so far, over all strata in which both variants have users. Enough to estimate by, and
 * grows by a stratum in a few steps.
 */
export interface Totals {
  /** Over these strata alone. */
  readonly of: Readonly<Record<Variant, ValueSums>>
  /** Users in strata without a user of the other variant: there is nobody to hold them against. */
  readonly alone: Readonly<Record<Variant, number>>
  /** Σ w, a stratum of n₁ and n₂ users weighing w = n₁n₂/(n₁+n₂). */
  readonly weight: number
  /** Σ w · (mean of V2 − mean of V1). */
  readonly weighted: number
  /** Σ w²/n, of each variant: what its variance is multiplied with in that of `weighted`. */
  readonly spread: Readonly<Record<Variant, number>>
}

export const noUsers: ValueSums = { users: 0, sum: 0, squares: 0 }

export const nothingYet: Totals = {
  of: { v1: noUsers, v2: noUsers },
  alone: { v1: 0, v2: 0 },
  weight: 0,
  weighted: 0,
  spread: { v1: 0, v2: 0 },
}

export function addSums(a: ValueSums, b: ValueSums): ValueSums {
  return { users: a.users + b.users, sum: a.sum + b.sum, squares: a.squares + b.squares }
}

/** Adds a stratum of which every user's value is final. */
export function addStratum(totals: Totals, { v1, v2 }: Stratum): Totals {
  if (v1.users === 0 || v2.users === 0) {
    const alone = { v1: totals.alone.v1 + v1.users, v2: totals.alone.v2 + v2.users }
    return { ...totals, alone }
  }
  const weight = (v1.users * v2.users) / (v1.users + v2.users)
  const difference = v2.sum / v2.users - v1.sum / v1.users
  return {
    of: { v1: addSums(totals.of.v1, v1), v2: addSums(totals.of.v2, v2) },
    alone: totals.alone,
    weight: totals.weight + weight,
    weighted: totals.weighted + weight * difference,
    spread: {
      v1: totals.spread.v1 + weight ** 2 / v1.users,
      v2: totals.spread.v2 + weight ** 2 / v2.users,
    },
  }
}

/** What two groups of strata come to together. */
export function addTotals(a: Totals, b: Totals): Totals {
  const { of, alone, spread } = b
  return {
    of: { v1: addSums(a.of.v1, of.v1), v2: addSums(a.of.v2, of.v2) },
    alone: { v1: a.alone.v1 + alone.v1, v2: a.alone.v2 + alone.v2 },
    weight: a.weight + b.weight,
    weighted: a.weighted + b.weighted,
    spread: { v1: a.spread.v1 + spread.v1, v2: a.spread.v2 + spread.v2 },
  }
}

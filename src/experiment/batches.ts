import type { Variant } from '../cohort/assignment.ts'
import type { ExperimentRule } from '../config/experiment-rule.ts'
import {
  addStratum,
  addSums,
  addTotals,
  nothingYet,
  noUsers,
  type Totals,
  type ValueSums,
} from './sums.ts'
import type { UserRow } from './user.ts'

/** Parts of `for` in which users are held against each other: an hour of a week. */
const batchesInFor = 168
const shortestBatchMs = 1000

/** Milliseconds behind its window after which what a user did has come from all machines. */
export const settleMs = 5000

/** Times `for` after which no user is taken in any more: what is undecided by then stays so. */
const longestRun = 4

/** Crossed users of a batch that are taken for people, and not for a share that moved. */
const fewCrossed = 2
const crossedShare = 0.02

export interface Frame {
  readonly rule: ExperimentRule
  /** Wall-clock milliseconds at which the run began. */
  readonly startedAt: number
  readonly now: number
}

interface Batch {
  readonly stratum: string
  readonly v1: ValueSums
  readonly v2: ValueSums
  readonly crossed: number
}

/** Some users of a run, added up. */
export interface BatchSums {
  /** By batch and stratum; of those whose users' values are final. */
  readonly batches: ReadonlyMap<string, Batch>
  /** Users that are known, whatever becomes of them. */
  readonly known: Readonly<Record<Variant, number>>
  /** Users whose values still change. */
  readonly open: Readonly<Record<Variant, number>>
  readonly crossed: number
}

const nobody = { v1: noUsers, v2: noUsers, crossed: 0 }

export function batchMsOf({ forMs }: ExperimentRule): number {
  return Math.max(shortestBatchMs, forMs / batchesInFor)
}

/** Whether users first seen now are taken in. */
export function isTakingIn({ rule, startedAt, now }: Frame): boolean {
  return now - startedAt <= rule.forMs * longestRun
}

/** Adds up users, each with its one value. */
export function sumUsers(rows: readonly UserRow[], frame: Frame): BatchSums {
  const { rule, startedAt, now } = frame
  const batchMs = batchMsOf(rule)
  const batches = new Map<string, Batch>()
  const [known, open] = [
    { v1: 0, v2: 0 },
    { v1: 0, v2: 0 },
  ]
  let crossed = 0
  for (const row of rows) {
    const { variant, firstAt, stratum } = row
    known[variant]++
    if (row.crossed) crossed++
    const at = Math.floor((firstAt - startedAt) / batchMs)
    if (now < startedAt + (at + 1) * batchMs + rule.windowMs + settleMs) {
      if (!row.crossed) open[variant]++
      continue
    }
    const key = `${at} ${stratum}`
    const batch = batches.get(key) ?? { stratum, ...nobody }
    const value = finalValue(rule, row)
    if (row.crossed) batches.set(key, { ...batch, crossed: batch.crossed + 1 })
    else if (value !== null) {
      const one = { users: 1, sum: value, squares: value ** 2 }
      batches.set(key, { ...batch, [variant]: addSums(batch[variant], one) })
    }
  }
  return { batches, known, open, crossed }
}

/** A user's one value; null for a user that says nothing. */
function finalValue({ of, most }: ExperimentRule, { values, sum }: UserRow): number | null {
  if (of === 'share') return values > 0 ? 1 : 0
  if (of === 'mean' && values === 0) return null
  const value = of === 'sum' ? sum : sum / values
  return most === null ? value : Math.min(value, most)
}

export interface Counted {
  readonly totals: Totals
  /** The same by stratum. */
  readonly kinds: readonly Totals[]
  readonly known: Readonly<Record<Variant, number>>
  readonly open: Readonly<Record<Variant, number>>
  /** Users seen on both variants within their window. */
  readonly crossed: number
  /** Users of batches in which the share moved. */
  readonly moved: number
}

/** All parts of the users of a run as one. */
export function countUsers(parts: readonly BatchSums[]): Counted {
  const batches = new Map<string, Batch>()
  for (const [key, part] of parts.flatMap(each => [...each.batches])) {
    const { v1, v2, crossed } = batches.get(key) ?? nobody
    batches.set(key, {
      stratum: part.stratum,
      v1: addSums(v1, part.v1),
      v2: addSums(v2, part.v2),
      crossed: crossed + part.crossed,
    })
  }
  const kinds = new Map<string, Totals>()
  let moved = 0
  for (const batch of batches.values()) {
    const users = batch.v1.users + batch.v2.users
    const isMoved =
      batch.crossed > fewCrossed && batch.crossed > crossedShare * (users + batch.crossed)
    if (isMoved) moved += users
    else {
      const { stratum } = batch
      kinds.set(stratum, addStratum(kinds.get(stratum) ?? nothingYet, batch))
    }
  }
  const sum = (pick: (part: BatchSums) => number) =>
    parts.reduce((all, part) => all + pick(part), 0)
  return {
    totals: [...kinds.values()].reduce(addTotals, nothingYet),
    kinds: [...kinds.values()],
    moved,
    known: { v1: sum(each => each.known.v1), v2: sum(each => each.known.v2) },
    open: { v1: sum(each => each.open.v1), v2: sum(each => each.open.v2) },
    crossed: sum(each => each.crossed),
  }
}

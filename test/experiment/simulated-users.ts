import { createRandom } from '../../src/cli/demo/random.ts'
import { type Interval, type IntervalRule, intervalOf } from '../../src/experiment/interval.ts'
import {
  addStratum,
  nothingYet,
  type Stratum,
  type Totals,
  type ValueSums,
} from '../../src/experiment/sums.ts'

export type Chance = () => number

export function sumsOf(values: readonly number[]): ValueSums {
  const sum = values.reduce((total, value) => total + value, 0)
  const squares = values.reduce((total, value) => total + value ** 2, 0)
  return { users: values.length, sum, squares }
}

/** So many users, to each of whom something happens with this chance. */
export function usersAt(share: number, users: number, chance: Chance): ValueSums {
  let happened = 0
  for (let i = 0; i < users; i++) if (chance() < share) happened++
  return { users, sum: happened, squares: happened }
}

export interface Simulated {
  readonly runs: number
  /** Strata in one run; it is looked at after each. */
  readonly strata: number
  readonly stratum: (at: number, chance: Chance) => Stratum
  /** Strata take turns between so many kinds of users; 1 by default. */
  readonly kinds?: number
  readonly rule: IntervalRule
}

/** The first look of each run whose interval is as asked for, counted in strata; null where none is. */
export function firstLooks(
  { runs, strata, stratum, rule, kinds = 1 }: Simulated,
  isWanted: (interval: Interval) => boolean,
): readonly (number | null)[] {
  return Array.from({ length: runs }, (_, run) => {
    const chance = createRandom(104_729 * (run + 1))
    const totals = Array<Totals>(kinds).fill(nothingYet)
    for (let at = 0; at < strata; at++) {
      const kind = at % kinds
      totals[kind] = addStratum(totals[kind] ?? nothingYet, stratum(at, chance))
      const interval = intervalOf(totals, rule)
      if (interval !== null && isWanted(interval)) return at + 1
    }
    return null
  })
}

/** In what share of the runs the interval was ever beside the truth. */
export function missed(simulated: Simulated, truth = 0): number {
  const wrong = firstLooks(simulated, ({ low, high }) => low > truth || high < truth)
  return wrong.filter(at => at !== null).length / simulated.runs
}

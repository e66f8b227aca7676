import type { ExperimentRule } from '../../src/config/experiment-rule.ts'
import { addStratum, nothingYet, type Totals } from '../../src/experiment/sums.ts'

export const dayMs = 86_400_000

/** 1,000 users of each variant, 7 days, 95 %. */
export const conversion: ExperimentRule = {
  name: 'conversion',
  of: 'share',
  from: 'header',
  statusClass: null,
  header: 'x-converted',
  value: '1',
  most: null,
  better: 'more',
  users: 1000,
  forMs: 7 * dayMs,
  windowMs: dayMs,
  alpha: 0.05,
  margin: 0,
  within: null,
}

/** So many users of each variant in one stratum, of whom so many converted. */
export function converted(users: number, v1: number, v2: number): Totals {
  const side = (happened: number) => ({ users, sum: happened, squares: happened })
  return addStratum(nothingYet, { v1: side(v1), v2: side(v2) })
}

import type { Line } from '../lines.ts'
import { inWords, spreadOf } from '../spread.ts'

/** One thing that a scenario measures. */
export interface Figure {
  /** In words, with its unit: `ms of p99 more than without`. */
  readonly what: string
  /** One for each round, or a single one. */
  readonly values: readonly number[]
  readonly digits: number
  /** What is promised: their median is not more than this. Absent: it is only told. */
  readonly most?: number
}

/** What was promised and never measured is broken. */
export function lineOf(scenario: string, { what, values, digits, most }: Figure): Line {
  const spread = spreadOf(values)
  const told = { scenario, what, value: inWords(spread, digits) }
  if (most === undefined) return { ...told, promise: '', verdict: '' }
  const isKept = spread !== null && spread.median <= most
  return { ...told, promise: `≤ ${Number(most.toFixed(2))}`, verdict: isKept ? 'pass' : 'broken' }
}

/** A count, of which there is one. */
export function count(what: string, value: number, most?: number): Figure {
  return { what, values: [value], digits: 0, ...(most !== undefined && { most }) }
}

import type { Line } from '../lines.ts'
import { inWords, spreadOf } from '../spread.ts'

/** One thing that a scenario measures. */
export interface Figure {
  /** In words, with its unit: `ms of p99 more than without`. */
  readonly what: string
  /** One for each round, or a single one. */
  readonly values: readonly number[]
  readonly digits: number
  /** Of a single value: between which two it lies with a certainty of 95 %. */
  readonly interval?: readonly [number, number]
  /** What is promised: their median is not more than this. Absent: it is only told. */
  readonly most?: number
}

/** What was promised and never measured is broken. */
export function lineOf(scenario: string, { what, values, digits, interval, most }: Figure): Line {
  const spread = spreadOf(values)
  const between = interval?.map(value => value.toFixed(digits)).join(' to ')
  const value = inWords(spread, digits) + (between === undefined ? '' : ` (95 %: ${between})`)
  const told = { scenario, what, value }
  if (most === undefined) return { ...told, promise: '', verdict: '' }
  const isKept = spread !== null && spread.median <= most
  return { ...told, promise: `≤ ${Number(most.toFixed(2))}`, verdict: isKept ? 'pass' : 'broken' }
}

/** A count, of which there is one. */
export function count(what: string, value: number, most?: number): Figure {
  return { what, values: [value], digits: 0, ...(most !== undefined && { most }) }
}

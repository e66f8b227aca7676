import type { Variant } from '../cohort/assignment.ts'
import type { Mark } from './marks.ts'
import { addPacked } from './packed.ts'
import { type Percentiles, percentilesOf, type Steps } from './percentiles.ts'
import { keyOf, type Slot } from './slots.ts'
import { addSums, clear, emptySums, type Sums } from './sums.ts'

/** How the variants of some routes did over time. Plain JSON; all arrays have one place for each slot. */
export interface Series {
  /** Whose history it is: each machine has its own, of the requests that it forwarded. */
  readonly machine: string
  /** Null where a route was asked for. */
  readonly flag: string | null
  /** Whose requests are added up. */
  readonly routes: readonly string[]
  readonly stepMs: number
  /** Wall-clock milliseconds at which each slot begins, oldest first. Only slots that are over are told. */
  readonly at: readonly number[]
  readonly v1: VariantSeries
  readonly v2: VariantSeries
  /** What happened meanwhile, oldest first. */
  readonly marks: readonly Mark[]
}

/** What somebody asks for: one of `route` and `flag`. */
export interface SeriesRequest {
  readonly route?: string
  /** All routes that share it. */
  readonly flag?: string
  /** How far back, such as `15m`. */
  readonly for: string
  /** How fine, such as `5s`; left out: as fine as is kept for so long. */
  readonly step?: string
}

export type SeriesRefusal = 'bad-request' | 'unknown-route' | 'unknown-flag'

export type SeriesAnswer =
  | { readonly found: true; readonly series: Series }
  | { readonly found: false; readonly refusal: SeriesRefusal; readonly text: string }

export interface VariantSeries {
  /** Null where the gateway was not there to count. */
  readonly requestsPerSecond: readonly (number | null)[]
  /** Share of requests that count against the variant, 0 to 1; null where there was none. */
  readonly errorShare: readonly (number | null)[]
  /** Milliseconds to the head of the answer; null where none gave one. */
  readonly p50: readonly (number | null)[]
  readonly p95: readonly (number | null)[]
  readonly p99: readonly (number | null)[]
  /** The same of the whole span, which no average of its slots would tell. */
  readonly whole: WholeSpan
}

export interface WholeSpan extends Percentiles {
  readonly requests: number
  readonly errors: number
  /** Requests that V1 answered in its place. */
  readonly fallbacks: number
  readonly errorShare: number | null
}

/** Lets others at this thread before the next slot; false where nobody waits for the rest any more. */
export type Breathe = () => Promise<boolean>

/**
 * The numbers of one variant, summed up over routes; null where nobody waited for them.
 *
 * @param slots As many as make up the span; null for one in which nobody counted.
 */
export async function variantSeries(
  variant: Variant,
  routes: readonly string[],
  slots: readonly (Slot | null)[],
  steps: Steps,
  breathe: Breathe,
): Promise<VariantSeries | null> {
  const keys = routes.map(route => keyOf(variant, route))
  const all = emptySums(steps.count)
  const one = emptySums(steps.count)
  const rows: Row[] = []
  for (const slot of slots) {
    if (!(await breathe())) return null
    const packed = keys.flatMap(key => slot?.packed.get(key) ?? [])
    if (slot === null || packed.length === 0) {
      rows.push(slot === null ? unknown : none)
      continue
    }
    clear(one)
    for (const bytes of packed) addPacked(one, bytes)
    addSums(all, one)
    rows.push(rowOf(one, slot.coveredMs, steps))
  }
  return {
    requestsPerSecond: rows.map(row => row.requestsPerSecond),
    errorShare: rows.map(row => row.errorShare),
    p50: rows.map(row => row.p50),
    p95: rows.map(row => row.p95),
    p99: rows.map(row => row.p99),
    whole: wholeOf(all, steps),
  }
}

interface Row extends Percentiles {
  readonly requestsPerSecond: number | null
  readonly errorShare: number | null
}

const nothing = { errorShare: null, p50: null, p95: null, p99: null }
/** Somebody was there to count, and there was no request. */
const none: Row = { requestsPerSecond: 0, ...nothing }
/** Nobody was there. */
const unknown: Row = { requestsPerSecond: null, ...nothing }

function rowOf(sums: Sums, coveredMs: number, steps: Steps): Row {
  return {
    requestsPerSecond: coveredMs === 0 ? null : rounded(sums.requests / (coveredMs / 1000)),
    errorShare: errorShareOf(sums),
    ...toldPercentiles(sums, steps),
  }
}

function wholeOf(sums: Sums, steps: Steps): WholeSpan {
  const { requests, errors, fallbacks } = sums
  return {
    ...{ requests, errors, fallbacks },
    errorShare: errorShareOf(sums),
    ...toldPercentiles(sums, steps),
  }
}

function errorShareOf({ requests, errors }: Sums): number | null {
  return requests === 0 ? null : rounded(errors / requests)
}

function toldPercentiles({ steps: counts }: Sums, steps: Steps): Percentiles {
  const { p50, p95, p99 } = percentilesOf(counts, steps)
  return { p50: roundedOrNull(p50), p95: roundedOrNull(p95), p99: roundedOrNull(p99) }
}

/** Four digits say more than the steps know, and keep answers short. */
function rounded(value: number): number {
  return Number(value.toPrecision(4))
}

function roundedOrNull(value: number | null): number | null {
  return value === null ? null : rounded(value)
}

import type { Static } from 'typebox'
import type { BudgetSchema } from './schema-budget.ts'
import { durationMs, shareOf } from './units.ts'

export type BudgetConfig = Static<typeof BudgetSchema>

/** A budget as it is judged: every one is an allowed share of bad events. */
export interface BudgetRule {
  /** As written, such as `errors max 1%` or `latency p95 1.2x v1`; names it in verdicts, metrics and logs. */
  readonly id: string
  readonly signal: BudgetConfig['signal']
  /** Share of bad events that is allowed, 0 to 1. For errors relative to V1 there is none but V1's own: 0. */
  readonly allowed: number
  /** How many times V1's figure is allowed (its error rate, or its quantile of latency); null for an absolute budget. */
  readonly timesV1: number | null
  /** Of a latency budget: slower is bad. Null where V1 gives the figure, and for other signals. */
  readonly slowMs: number | null
  /** Of a latency budget: 0.95 for p95. */
  readonly quantile: number | null
  /** Header or pushed number; JSON pointer. */
  readonly name: string | null
  readonly pointer: string | null
  /** Good values of a number lie within. */
  readonly least: number
  readonly most: number
  /** `endpoint`, a property of the route, or null for the whole route. */
  readonly per: string | null
  /** Length of the window of a classic rule; null for the sequential detector. */
  readonly windowMs: number | null
  readonly minRequests: number
  readonly certainty: number
  readonly dryRun: boolean
}

const quantiles = { p50: 0.5, p90: 0.9, p95: 0.95, p99: 0.99 } as const

export function budgetRule(config: BudgetConfig): BudgetRule {
  const { signal, max, min, most, name, pointer, per, minRequests, certainty, dryRun } = config
  const [quantileName, limit] = latencyLimit(config)
  const quantile = quantileName === null ? null : quantiles[quantileName]
  return {
    id: idOf(config),
    signal,
    allowed:
      quantile !== null
        ? round(1 - quantile)
        : signal === 'availability'
          ? round(1 - shareOf(String(min)))
          : max === undefined || timesOf(max) !== null
            ? 0
            : shareOf(max),
    timesV1: timesOf(limit ?? max),
    slowMs: limit === undefined || timesOf(limit) !== null ? null : durationMs(limit),
    quantile,
    name: name ?? null,
    pointer: pointer ?? null,
    least: typeof min === 'number' ? min : Number.NEGATIVE_INFINITY,
    most: most ?? Number.POSITIVE_INFINITY,
    per: per ?? null,
    windowMs: config.for === undefined ? null : durationMs(config.for),
    minRequests,
    certainty,
    dryRun,
  }
}

function latencyLimit(config: BudgetConfig): [keyof typeof quantiles, string] | [null, undefined] {
  for (const name of ['p50', 'p90', 'p95', 'p99'] as const) {
    const limit = config[name]
    if (limit !== undefined) return [name, limit]
  }
  return [null, undefined]
}

/** 1.2 of `1.2x v1`, null for anything else. */
function timesOf(limit: string | undefined): number | null {
  const [, times] = /^([\d.]+)x v1$/.exec(limit ?? '') ?? []
  return times === undefined ? null : Number(times)
}

/** The budget in the words it was written in, without what is default. */
function idOf({ signal, name, pointer, per, for: window, ...rest }: BudgetConfig): string {
  const words: string[] = [signal]
  if (name !== undefined) words.push(name)
  if (pointer !== undefined) words.push(pointer)
  for (const field of ['p50', 'p90', 'p95', 'p99', 'min', 'most', 'max'] as const) {
    if (rest[field] !== undefined) words.push(field, String(rest[field]))
  }
  if (per !== undefined) words.push('per', per)
  if (window !== undefined) words.push('for', window)
  return words.join(' ')
}

/** 1 − 0.95 is 0.05 and nothing behind it. */
function round(share: number): number {
  return Math.round(share * 1e9) / 1e9
}

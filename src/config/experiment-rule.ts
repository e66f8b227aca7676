import type { ExperimentConfig } from './schema-experiment.ts'
import { durationMs, shareOf } from './units.ts'

/** One entry of `experiments` of a policy, as it is judged. */
export interface ExperimentRule {
  /** One of its kind in the configuration. */
  readonly name: string
  readonly of: ExperimentConfig['of']
  readonly from: ExperimentConfig['from']
  /** Of `status`: 5 for 5xx. */
  readonly statusClass: number | null
  /** Of `header`, in lower case. */
  readonly header: string | null
  /** Of a share from a header: the value that says that it happened. */
  readonly value: string | null
  /** Larger numbers count as this; null: as they are. */
  readonly most: number | null
  readonly better: 'more' | 'less'
  /** Of each variant, before V2 can be called as good. */
  readonly users: number
  /** Milliseconds that it takes at least. */
  readonly forMs: number
  /** Milliseconds from when a user was first seen in which what it does counts. */
  readonly windowMs: number
  /** Of ever being wrong: 0.05 for a confidence of 95 %. */
  readonly alpha: number
  /** By so much V2 may be worse and still be no worse; of a share 0.005 for 0.5 points. */
  readonly margin: number
  /** Property of the routes whose values are compared among themselves; null: all users are. */
  readonly within: string | null
}

export function experimentRule(config: ExperimentConfig): ExperimentRule {
  const { name, of, from, status, header, value, most, better, users, within } = config
  return {
    ...{ name, of, from, better, users },
    statusClass: status === undefined ? null : Number.parseInt(status, 10),
    header: header?.toLowerCase() ?? null,
    value: value ?? null,
    most: most ?? null,
    forMs: durationMs(config.for),
    windowMs: durationMs(config.window),
    alpha: Math.round((1 - shareOf(config.confidence)) * 1e9) / 1e9,
    margin: typeof config.margin === 'string' ? shareOf(config.margin) : config.margin,
    within: within ?? null,
  }
}

import type { Variant } from '../cohort/assignment.ts'

/** What one variant of a route did since the last report. Plain data; reports add up. */
export interface VariantReport {
  readonly route: string
  readonly variant: Variant
  /** Those that it was asked for, or was to be asked for and could not be. */
  readonly requests: number
  /** What counts against it: answered with 5xx, failed below HTTP, or could not be asked. */
  readonly errors: number
  /** Requests that V1 answered in its place; none for V1. */
  readonly fallbacks: number
  /** Flat pairs, ascending: a step of latency, and how many requests took it. */
  readonly steps: readonly number[]
}

/** What a worker tells its control plane of all routes; variants that nobody asked are left out. */
export type HistoryReport = readonly VariantReport[]

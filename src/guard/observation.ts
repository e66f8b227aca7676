import type { Variant } from '../cohort/assignment.ts'

/**
 * What one variant did with one request, as budgets see it. A request that V2 failed and V1 answered
 * makes two: each variant is judged by what it did itself.
 */
export interface Observation {
  readonly variant: Variant
  /** Status of the variant's answer; 0 when there was none. */
  readonly status: number
  /** It failed below HTTP, or was cut off for taking too long. */
  readonly failed: boolean
  /** Nobody waited for it any longer: a timeout, the deadline, or the fallback's `withinMs`. */
  readonly timedOut: boolean
  /**
   * Milliseconds that the client had waited when it left, -1 where it stayed. Leaving is not held against
   * anybody, but a client that waited longer than a budget allows has seen that the answer is late.
   */
  readonly leftAfterMs: number
  /** It could not even be asked: its breaker is open, no origin is healthy, or no connection is left. */
  readonly unavailable: boolean
  /** Milliseconds from asking the variant to its response head, -1 for none. */
  readonly headMs: number
  /** Response headers as the upstream sent them, flat name/value pairs, lower-case names; empty for none. */
  readonly headers: readonly string[]
  readonly method: string
  /** Canonical path. */
  readonly path: string
  /** The caller's properties, for budgets per segment. */
  readonly properties: Readonly<Record<string, string>>
}

/**
 * Counts since the last report by series, flat so that reports can be added up over workers and
 * machines without knowing what they mean. Whoever judges makes the names and reads them.
 */
export type Counts = Readonly<Record<string, number>>

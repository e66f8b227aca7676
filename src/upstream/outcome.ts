import type { Variant } from '../cohort/assignment.ts'
import type { UpstreamFault } from './client.ts'

/** What an upstream did with one request: the noun that judging and metrics live on. */
export interface Outcome {
  readonly variant: Variant
  readonly origin: string
  /** Upstream status, or 0 when none arrived. */
  readonly status: number
  readonly fault: UpstreamFault | null
  /** True when the client went away first: never counted against a variant. */
  readonly clientAborted: boolean
  /** Attempts made, 1 without a retry. */
  readonly attempts: number
  /** Milliseconds from admission to the upstream's response head; -1 when none arrived. */
  readonly headMs: number
  /** Milliseconds from admission to the end. */
  readonly totalMs: number
}

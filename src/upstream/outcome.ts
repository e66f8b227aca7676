import type { Variant } from '../cohort/assignment.ts'
import type { Refusal } from '../errors.ts'
import type { UpstreamFault } from './client.ts'

/** Why a variant could not even be asked. */
export type Unavailable =
  | 'breaker-open' // the breakers of its origins admit no request
  | 'unhealthy' // no origin of it passes its checks

/** Why V1 answered in the place of V2. The same word stands in the log, the metric label and the decision header. */
export type FallbackReason =
  | Unavailable
  | 'v2-error' // V2 answered 5xx
  | 'v2-fault' // V2 failed below HTTP, or gave no answer in time
  | 'v2-slow' // V2 did not begin its answer within `fallback.withinMs`
  | 'switched-back' // the latch tripped before V2 could be asked, or asked again

/** What one variant did with one request: the noun that judging and metrics live on. */
export interface Outcome {
  readonly variant: Variant
  /** The origin asked last; null when none was. */
  readonly origin: string | null
  /** Status of its answer, or 0 when none began. */
  readonly status: number
  readonly fault: UpstreamFault | null
  readonly unavailable: Unavailable | null
  /** True when the client went away first: never counted against a variant. */
  readonly clientAborted: boolean
  /**
   * True when the deadline came before it had fair time, or the request's body could not be mapped for
   * it: that it gave no answer says nothing about it.
   */
  readonly provesNothing: boolean
  /** Attempts made, 1 without a retry. */
  readonly attempts: number
  /**
   * Milliseconds from asking this variant to its response head, without the time that the client took
   * to send its body and without what the gateway itself stood (`awake-clock.ts`); -1 when none arrived.
   */
  readonly headMs: number
  /** Milliseconds to its end, likewise without the client's time and the gateway's. */
  readonly waitedMs: number
  /** Milliseconds from asking this variant to its end, all of them. */
  readonly totalMs: number
  /** Response headers as the upstream sent them, flat name/value pairs, lower-case names; empty for none. */
  readonly headers: readonly string[]
}

/** What there is to tell of a variant that was not asked, or not yet. */
export function notAsked(variant: Variant, unavailable: Unavailable | null): Outcome {
  return {
    variant,
    origin: null,
    status: 0,
    fault: null,
    unavailable,
    clientAborted: false,
    provesNothing: false,
    attempts: 0,
    headMs: -1,
    waitedMs: 0,
    totalMs: 0,
    headers: [],
  }
}

/** How a forwarded request ended: every variant that was asked, in that order. */
export interface Ending {
  /** Two where V1 answered for V2; the last one is whose answer the client got. */
  readonly outcomes: readonly [Outcome] | readonly [Outcome, Outcome]
  /** Null where the variant of the assignment answered for itself. */
  readonly fallback: FallbackReason | null
  /** What the gateway answered in its own name instead, if it did. */
  readonly refusal: Refusal | null
  /** Milliseconds from admission to the end. */
  readonly totalMs: number
}

/** The outcome that the client saw. */
export function lastOf({ outcomes }: Ending): Outcome {
  return outcomes[1] ?? outcomes[0]
}

import type { AssignmentReason, Variant } from '../cohort/assignment.ts'
import type { EntranceFault } from '../entrance/entrance.ts'
import type { Refusal } from '../errors.ts'
import type { Claims } from '../identity/claims.ts'
import type { IdentityFault } from '../identity/identify.ts'

/** What was decided about one request, with all that it takes to decide it again. */
export interface Decision {
  /** Microseconds since 2020, one more than the last where that is not: a worker never gives one twice. */
  readonly number: number
  /** Milliseconds since the Unix epoch, to the microsecond where durations are measured so. */
  readonly at: number
  /** Decisions of its worker between the one before it and this one that were not kept, `perSecond` being reached. */
  readonly skipped: number
  /** Process id: limits without Redis belong to one worker. */
  readonly worker: number
  /** Version of the configuration that decided. */
  readonly config: string
  readonly request: DecidedRequest
  readonly proof: Proof
  readonly latch: LatchThen
  readonly result: DecisionResult
}

/** The part of a request that some rule could decide by. Without its query and its body, which none does. */
export interface DecidedRequest {
  readonly method: string
  readonly scheme: 'http' | 'https'
  readonly host: string
  /** Canonical. */
  readonly path: string
  /** Of the client. */
  readonly address: string
  /** A WebSocket handshake. */
  readonly upgrade: boolean
  readonly hasBody: boolean
  /** Each header that a rule of this configuration reads; empty where it did not come. */
  readonly headers: Readonly<Record<string, readonly string[]>>
  /** The same of those that only tell buckets of limits apart: SHA-256 of each value. */
  readonly digests: Readonly<Record<string, readonly string[]>>
  /** Value of its `sb_sid` cookie, or of the one that its answer sets; null where none was needed. */
  readonly session: string | null
  /** It carried the mark of a caller who has had V2, of the flag of its route. */
  readonly seen: boolean
}

/** What the caller proved. `rule` is a digest of what the policy asked for: another one may judge otherwise. */
export type Proof =
  /** Nobody asked: a public route, or a refusal before that. */
  | { readonly kind: 'unasked' }
  /** The claims that some rule reads; null for one that is not there. */
  | { readonly kind: 'proven'; readonly rule: string; readonly claims: Claims }
  | { readonly kind: 'refused'; readonly rule: string; readonly why: IdentityFault }

/** The latch of the route's flag, at that moment. */
export interface LatchThen {
  /** Null on a route without V2, and where there was no route. */
  readonly flag: string | null
  readonly tripped: boolean
  /** The rehearsal's. */
  readonly drill: boolean
}

export type DecisionResult =
  | {
      readonly kind: 'assigned'
      readonly route: string
      readonly variant: Variant
      readonly reason: AssignmentReason
    }
  | {
      readonly kind: 'refused'
      /** Null where none matched. */
      readonly route: string | null
      readonly refusal: Refusal
      readonly detail: EntranceFault | IdentityFault | null
      /** Name of the rate limit that refused. */
      readonly limit: string | null
    }
  /** A CORS preflight that got its answer here. */
  | { readonly kind: 'preflight'; readonly route: string }

/** What one worker holds. */
export interface WorkerDecisions {
  /** Decisions that it holds, and that it left out since it began. */
  readonly kept: number
  readonly leftOut: number
  /** No decision of a number up to this one comes any more. */
  readonly until: number
  /** Those that were asked for, oldest first. */
  readonly decisions: readonly Decision[]
}

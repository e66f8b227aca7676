import type { Clock } from '../clock.ts'
import type { Assignment, Variant } from '../cohort/assignment.ts'
import type { Rules } from '../config/rules.ts'
import type { Dress } from '../entrance/dress.ts'
import type { Refusal } from '../errors.ts'
import type { ClientResponse } from '../ingress/client-messages.ts'
import type { GatewayRequest } from '../ingress/request.ts'
import type { AttemptTrace } from './attempt-trace.ts'
import type { OriginSet } from './origin.ts'
import type { Ending, FallbackReason, Outcome } from './outcome.ts'
import type { RetryBudget } from './retry-budget.ts'
import type { Stalls } from './stalls.ts'
import type { TestFault } from './test-fault.ts'
import type { TimeLimits } from './time-limits.ts'

/** Everything that one forwarded request needs, decided before it starts. */
export interface Forward {
  readonly request: GatewayRequest
  readonly response: ClientResponse
  readonly assignment: Assignment
  /** For a route without V2 its place holds V1 and is never used. */
  readonly origins: Readonly<Record<Variant, OriginSet>>
  readonly policy: Rules
  readonly retries: Readonly<Record<Variant, RetryBudget>>
  /** `clock.monotonic()` at admission. */
  readonly startedAt: number
  /** `awake.monotonic()` at admission. */
  readonly awakeAt: number
  /** What a switch back changes; null where no flag decides. */
  readonly latch: ForwardLatch | null
  /** What the policy makes of the headers of an answer, an upstream's or a refusal; null for nothing. */
  readonly dress: Dress | null
  /** Null for a request that is in no trace. */
  readonly trace: AttemptTrace | null
  /** A fault made on purpose, if this request goes to V2; null for all but testers. */
  readonly testFault: TestFault | null
  /** Asked for a listener at the head of the answer that the client gets; null where nobody listens. */
  readonly tap: Tap | null
  /** Sees the body of the request; null where nobody listens. */
  readonly requestTap: BodyTap | null
}

/** What forwarding reads and writes of a latch, see guard/latches.ts. */
export interface ForwardLatch {
  /** True: no new attempt at V2 starts. */
  readonly tripped: boolean
  /** `clock.monotonic()` at the start of the last attempt at V2. */
  lastV2At: number
}

/** An answer that the client gets, as far as its head tells. */
export interface TappedHead {
  readonly variant: Variant
  readonly status: number
  /** As the upstream sent them, flat name/value pairs, lower-case names. */
  readonly headers: readonly string[]
  /** See `Outcome`. */
  readonly headMs: number
  /** Why V1 answers in the place of V2; null where the variant of the assignment answers for itself. */
  readonly fallback: FallbackReason | null
}

/** Null: this answer is of no interest. */
export type Tap = (head: TappedHead) => BodyTap | null

/** Sees a body on its way, of an answer to the client or of a request to the upstream. */
export interface BodyTap {
  /** The bytes are lent: they are not the listener's to change, and gone once this has returned. */
  data(chunk: Buffer): void
  /** The body is whole; never called for one that is broken off. */
  end(): void
}

/** An answer that is under way for longer than one read. */
export interface LongLived {
  /** Whether its client reads events (`text/event-stream`) and comes back by itself when they end. */
  readonly eventStream: boolean
  /** Ends an event stream whole, so that its client asks again, now or behind the event under way; breaks off anything else. */
  switchBack(): void
  /** Ends it at once, so that the client sees it is not whole. */
  breakOff(): void
}

export interface LongLivedAnswers {
  add(answer: LongLived): void
  delete(answer: LongLived): void
}

export interface ForwardDeps {
  readonly clock: Clock
  /** See `Asker.awake`; that of `limits`. */
  readonly awake: Clock
  readonly stalls: Stalls
  readonly limits: TimeLimits
  /** Longest pause of a client that sends a body, and of one that takes an answer. */
  readonly bodyTimeoutMs: number
  readonly minBodyBytesPerSecond: number
  readonly sendTimeoutMs: number
  readonly refuse: (
    response: ClientResponse,
    refusal: Refusal,
    id: string,
    headers: readonly string[],
  ) => void
  /** Makes an answer the last on its connection. */
  readonly endConnection: (response: ClientResponse) => void
  /** Headers that the gateway adds to the answer beside the request id, flat name/value pairs. */
  readonly headersFor: (forward: Forward, fallback: FallbackReason | null) => readonly string[]
  /** Where an answer that takes its time is found by whoever may have to end it; of V1 asked for event streams only. */
  readonly listsFor: (
    forward: Forward,
    variant: Variant,
    isEventStream: boolean,
  ) => readonly LongLivedAnswers[]
  /** Called once for every variant that was asked, as soon as it is settled what it did. */
  readonly onOutcome: (forward: Forward, outcome: Outcome) => void
  /** Called once for every forward, at its end. */
  readonly onDone: (forward: Forward, ending: Ending) => void
}

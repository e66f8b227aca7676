import type {
  ExplainAnswer,
  ExplainQuestion,
  SimulateAnswer,
  SimulateQuestion,
} from '../../cohort/caller-question.ts'
import type { Snapshot } from '../../config/snapshot.ts'
import type { WorkerDecisions } from '../../decisions/decision.ts'
import type { UserReport } from '../../experiment/user-tally.ts'
import type { LatchState } from '../../guard/latch-state.ts'
import type { Counts } from '../../guard/observation.ts'
import type { HistoryReport } from '../../history/report.ts'
import type { Revocation } from '../../identity/revocation.ts'
import type { ResidualRow } from '../../residual/row.ts'
import type { ShadowReport } from '../../shadow/report.ts'
import type { PlaneStatus } from '../planes.ts'

/**
 * All that the primary and a worker say to each other. Both run the same build, so there are no
 * versions; secrets travel here and never in arguments or the environment.
 */
export type ToWorker =
  | Hello
  | { readonly type: 'latch'; readonly state: LatchState }
  | { readonly type: 'revoke'; readonly revocations: readonly Revocation[] }
  | { readonly type: 'ask'; readonly id: number; readonly ask: Ask }
  /** Finish what is in flight and end. */
  | { readonly type: 'leave' }

/** What a worker needs in order to begin. */
export interface Hello {
  readonly type: 'hello'
  /** Number of the worker, never used twice. */
  readonly worker: number
  readonly snapshot: Snapshot
  readonly latches: readonly LatchState[]
  readonly revocations: readonly Revocation[]
}

/** A question that is answered, once. */
export type Ask =
  | { readonly what: 'apply'; readonly snapshot: Snapshot }
  | { readonly what: 'status' }
  | { readonly what: 'metrics' }
  | { readonly what: 'explain'; readonly question: ExplainQuestion }
  | { readonly what: 'simulate'; readonly question: SimulateQuestion }
  | { readonly what: 'decisions'; readonly after: number; readonly limit: number }
  /** Whether its event loop turns. */
  | { readonly what: 'ping' }

/** What each question is answered with. */
export interface Answers {
  readonly apply: null
  readonly status: PlaneStatus
  readonly metrics: readonly object[]
  readonly explain: ExplainAnswer
  readonly simulate: SimulateAnswer
  readonly decisions: WorkerDecisions
  readonly ping: null
}

export type Answer = Answers[keyof Answers]

export type FromWorker =
  /** It listens to messages: the hello may come. */
  | { readonly type: 'here' }
  /** It serves on this port. */
  | { readonly type: 'ready'; readonly port: number }
  | { readonly type: 'unable'; readonly error: string }
  | { readonly type: 'answer'; readonly id: number; readonly value: Answer }
  | { readonly type: 'refused'; readonly id: number; readonly error: string }
  | { readonly type: 'tripped'; readonly state: LatchState }
  | { readonly type: 'counted'; readonly counts: Counts }
  | { readonly type: 'refusals'; readonly counts: Counts }
  | { readonly type: 'did'; readonly report: HistoryReport }
  | { readonly type: 'users'; readonly report: UserReport }
  | { readonly type: 'compared'; readonly report: ShadowReport }
  | { readonly type: 'stayed'; readonly rows: readonly ResidualRow[] }
  /** Something in it broke; it takes nobody in any more and ends once it is empty. */
  | { readonly type: 'failing'; readonly error: string }
  /** Nothing is in flight any more, and these are its last metrics. */
  | { readonly type: 'left'; readonly metrics: readonly object[] }

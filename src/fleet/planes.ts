import type {
  ExplainAnswer,
  ExplainQuestion,
  SimulateAnswer,
  SimulateQuestion,
} from '../cohort/caller-question.ts'
import type { FlagSourceStatus } from '../cohort/flag-source.ts'
import type { LinkedRoute, Snapshot } from '../config/snapshot.ts'
import type { WorkerDecisions } from '../decisions/decision.ts'
import type { UserReport } from '../experiment/user-tally.ts'
import type { LatchState } from '../guard/latch-state.ts'
import type { Counts } from '../guard/observation.ts'
import type { HistoryReport } from '../history/report.ts'
import type { Revocation } from '../identity/revocation.ts'
import type { LimiterMode } from '../limits/limiter.ts'
import type { PlaceKind } from '../limits/places.ts'
import type { SheddingStatus } from '../limits/shedding.ts'
import type { ResidualRow } from '../residual/row.ts'
import type { ShadowStatus } from '../shadow/account.ts'
import type { ShadowReport } from '../shadow/report.ts'
import type { OriginStatus } from '../upstream/origin-status.ts'

/**
 * The interface between the two planes. The data plane forwards requests, the control plane holds
 * judgement, latches and the operators' listener. With one worker they call each other; with several
 * the same calls go over IPC, so everything here is plain data that can be cloned.
 */
export interface DataPlane {
  /** Serves a new snapshot; rejects, with everything as it was, where it cannot. */
  apply(snapshot: Snapshot): Promise<void>
  /** A latch changed somewhere; the worker itself decides whether it is news. */
  setLatch(state: LatchState): void
  /** Refuses these tokens from now on; known ones among them change nothing. */
  revoke(revocations: readonly Revocation[]): void
  status(): Promise<PlaneStatus>
  /** prom-client's metrics as JSON, to be added up over workers. */
  metrics(): Promise<readonly object[]>
  /** Which variant a caller gets here, and why. */
  explain(question: ExplainQuestion): Promise<ExplainAnswer>
  /** Who would get V2 here at another percentage. */
  simulate(question: SimulateQuestion): Promise<SimulateAnswer>
  /** Its last decisions of a number above `after`, up to `limit`. */
  decisions(after: number, limit: number): Promise<WorkerDecisions>
}

/** All data planes of this machine: one in this process, or one for each worker. */
export interface Planes {
  /** Serves a new snapshot everywhere; rejects, with everything as it was, where it cannot. */
  apply(snapshot: Snapshot): Promise<void>
  setLatch(state: LatchState): void
  revoke(revocations: readonly Revocation[]): void
  status(): Promise<readonly PlaneStatus[]>
  metrics(): Promise<readonly (readonly object[])[]>
  /** Of the worker that is quickest to answer: all decide alike. Null where none answers. */
  explain(question: ExplainQuestion): Promise<ExplainAnswer | null>
  simulate(question: SimulateQuestion): Promise<SimulateAnswer | null>
  /** Of each worker that serves; null for one that did not answer. */
  decisions(after: number, limit: number): Promise<readonly (WorkerDecisions | null)[]>
  /** The workers' processes, also those that do not answer; none for a plane in this process. */
  processes(): readonly WorkerProcessStatus[]
  /** Opens the listener; resolves with the port in use. Throws, with nothing left open, where it is taken. */
  listen(): Promise<number>
  /** Leaves without losing a request; resolves when everything is closed. */
  close(): Promise<void>
}

/** What a data plane tells its control plane. */
export interface ControlPlane {
  /** This worker tripped on its own evidence, and has already acted on it. */
  tripped(state: LatchState): void
  /** What was counted since the last report, every `countsPeriodMs`. */
  counted(counts: Counts): void
  /** Refusals since the last report, by kind and client; only when there were any. */
  refused(counts: Counts): void
  /** What the variants of routes did since the last report, every `historyPeriodMs`; only when they did something. */
  did(report: HistoryReport): void
  /** What users did in experiments since the last report, every `countsPeriodMs`; only when there were any. */
  usersSeen(report: UserReport): void
  /**
   * Who still got V1 since the last report, every `residualPeriodMs`; only when somebody did. `taken` is
   * called once it has arrived, and no other report comes before.
   */
  stayed(rows: readonly ResidualRow[], taken: () => void): void
  /** What came of comparing since the last report; only when there is something to tell. */
  compared(report: ShadowReport): void
}

/** Milliseconds between two reports of counts. */
export const countsPeriodMs = 250

/** Milliseconds between two reports of what variants did. */
export const historyPeriodMs = 1000

/** Milliseconds between two reports of who still got V1. */
export const residualPeriodMs = 5000

/** How the process of a worker is; `unresponsive`: it left at least two pings unanswered. */
export interface WorkerProcessStatus {
  readonly id: number
  readonly pid: number
  readonly state: (typeof workerStates)[number]
  readonly aliveMs: number
}

export const workerStates = ['starting', 'ready', 'unresponsive', 'leaving'] as const

/** How a worker is. */
export interface PlaneStatus {
  /** Process id of the worker. */
  readonly pid: number
  readonly configVersion: string
  readonly flags: (FlagSourceStatus & { readonly flags: readonly object[] }) | null
  readonly routes: readonly RouteStatus[]
  readonly latches: readonly WorkerLatch[]
  readonly websocketsOpen: Readonly<Record<'v1' | 'v2', number>>
  /** How much load it sheds; null where shedding is off. */
  readonly shedding: SheddingStatus | null
  /** Who answers for the rate limits; null where no route has any. */
  readonly rateLimits: LimiterMode | null
}

/** The origins of one route as this worker sees them. */
export interface RouteStatus {
  readonly route: string
  readonly flag: string | null
  readonly knownBy: KnownBy
  readonly v1: readonly OriginStatus[]
  /** Empty for a route without V2. */
  readonly v2: readonly OriginStatus[]
  /** How full it is; null for what its policy does not limit. */
  readonly places: Readonly<Record<PlaceKind, PlacesStatus | null>>
  /** What became of the copies of its requests; null where nothing is copied. */
  readonly shadow: ShadowStatus | null
}

/** What tells the callers of a route from each other. */
export interface KnownBy {
  /** Whether the route knows user ids. */
  readonly user: boolean
  /** Names of what flags may ask of a caller, such as `segment`. */
  readonly properties: readonly string[]
  /** What is hashed, the first that is known. */
  readonly stickyKey: LinkedRoute['stickyKey']
}

/** Places of one kind on one route, see `maxInFlight` and `maxWebSockets` of a policy. */
export interface PlacesStatus {
  readonly taken: number
  readonly limit: number
}

/** How far a latch is in force in one worker. */
export interface WorkerLatch {
  readonly state: LatchState
  /** Wall-clock milliseconds at which this worker took the state. */
  readonly takenAt: number
  /** Wall-clock milliseconds at which the last request to V2 started; null for none. */
  readonly lastV2At: number | null
}

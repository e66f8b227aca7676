import type { ExperimentReport } from '../experiment/report.ts'
import type { LatchState } from '../guard/latch-state.ts'
import type { Gate } from '../rollout/gate.ts'
import type { SecurityReport } from '../security/event.ts'
import type { CertificateStatus } from './certificate-status.ts'
import type { LatchTimes } from './latch/held-latches.ts'
import type { PlaneStatus, WorkerProcessStatus } from './planes.ts'
import type { RevocationsStatus } from './revocation/revocation-keeper.ts'
import type { RolloutReport } from './rollout/rollout-report.ts'
import type { StoreStatus } from './stores/store.ts'

/** How a gateway is, whole: what operators are shown, by whatever means. Plain JSON. */
export interface GatewayStatus {
  readonly machine: string
  /** Wall-clock milliseconds of this status. */
  readonly at: number
  readonly ready: boolean
  readonly config: ConfigStatus
  /** Who has no room for more requests just now, a sentence each. */
  readonly overloads: readonly string[]
  /** What clients are shown; empty for cleartext. */
  readonly certificates: readonly CertificateStatus[]
  readonly security: SecurityReport
  readonly stores: StoresStatus
  /** Tokens that are believed no longer. */
  readonly revocations: RevocationsStatus
  readonly latches: readonly LatchReport[]
  readonly verdicts: readonly VerdictReport[]
  readonly gates: readonly Gate[]
  readonly rollouts: readonly RolloutReport[]
  readonly experiments: readonly ExperimentReport[]
  /** The routes that are shadowed. */
  readonly shadows: readonly ShadowedRoute[]
  /** The workers that answered. */
  readonly workers: readonly PlaneStatus[]
  /** The process of every worker, also of those that did not; empty with one worker in the gateway's own. */
  readonly processes: readonly WorkerProcessStatus[]
}

export interface ConfigStatus {
  /** Of the configuration in force. */
  readonly version: string
  /** Why the files as they are now were refused; null when they are in force. */
  readonly error: string | null
}

export interface StoresStatus {
  readonly local: StoreStatus
  /** Null: this machine is alone. */
  readonly shared: StoreStatus | null
  /** Whether this machine does what only one of the fleet may do; null without a shared store. */
  readonly leads: boolean | null
}

/** One latch with all that is known of it. */
export interface LatchReport {
  /** Name of the flag; its rehearsal has a report of its own. */
  readonly flag: string
  readonly isDrill: boolean
  /** Whether a route names the flag: a latch of another holds back no traffic. */
  readonly isUsed: boolean
  readonly state: LatchState
  /** Null for a latch that never changed. */
  readonly times: LatchTimes | null
  readonly workers: readonly LatchInWorker[]
  /** How long the way back took, in words; null where nobody saw it. */
  readonly speed: string | null
  readonly announcements: readonly AnnouncementStatus[]
}

export interface LatchInWorker {
  readonly pid: number
  readonly takenAt: number
  readonly lastV2At: number | null
}

/** How far the world outside was told of a change. */
export interface AnnouncementStatus {
  readonly step: 'unleash' | 'webhook' | 'validation'
  /** What is told: the flag, an address, V1. */
  readonly target: string
  /** `elsewhere`: another machine does it. `dropped`: a newer change made it wrong. */
  readonly state: 'under-way' | 'done' | 'failed' | 'elsewhere' | 'dropped'
  /** The last result, in words. */
  readonly text: string
  readonly at: number
}

/** The part of a judgement that operators are shown at a glance. */
export interface VerdictReport {
  readonly route: string
  readonly flag: string | null
  readonly budget: string
  /** Endpoint or segment; null for the whole route. */
  readonly scope: string | null
  readonly verdict: 'pass' | 'breach' | 'not-yet'
  readonly text: string
  readonly dryRun: boolean
}

/** What shadowing one route shows, at a glance. */
export interface ShadowedRoute {
  readonly route: string
  /** Copies to the other variant, and to V1 once more. */
  readonly shadow: CopyTotals
  readonly noise: CopyTotals
  /** Pairs that were compared, and those that could not be. */
  readonly compared: number
  readonly notCompared: number
  /** Share of compared pairs that mismatch, of late; null for none compared. */
  readonly mismatchRate: number | null
  /** Real differences that nobody acknowledged, and the worst of them in a sentence. */
  readonly real: number
  readonly worst: string | null
}

/** What became of copies, over the workers that answered; what was not sent by reason. */
export interface CopyTotals {
  readonly eligible: number
  readonly sent: number
  readonly dropped: Readonly<Record<string, number>>
  readonly failed: Readonly<Record<string, number>>
}

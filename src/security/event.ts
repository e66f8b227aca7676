import type { SecurityKind } from './kinds.ts'
import type { Step } from './step.ts'

/** Refusals that are more than chance or a mistake. Plain JSON. */
export interface SecurityEvent {
  readonly kind: SecurityKind
  /** An IPv4 address, a /64 of IPv6, or `unknown`; null: all clients that are no event by themselves. */
  readonly client: string | null
  /** Wall-clock milliseconds at which it was found. */
  readonly since: number
  /** Wall-clock milliseconds of the last report with a refusal of it. */
  readonly lastAt: number
  /** So far; those of the window in which it was found included. */
  readonly refusals: number
  /** From how many refusals within `withinMs` on it is one; null: more clients stand out than are named. */
  readonly from: number | null
  readonly withinMs: number
}

export interface SecurityNews {
  readonly step: Step
  readonly event: SecurityEvent
}

/** What operators are shown. */
export interface SecurityReport {
  /** Those that last, the oldest first. */
  readonly lasting: readonly SecurityEvent[]
  /** The last that ended, the newest first. */
  readonly ended: readonly SecurityEvent[]
}

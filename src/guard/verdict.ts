import type { Evidence } from './latch-state.ts'

/** Why a verdict is as it is. The same word stands in the metric label, the API and the docs. */
export type VerdictReason =
  | 'within-budget' // pass: proven with the certainty of a pass, on enough requests
  | 'over-budget' // breach: proven with the certainty of the budget
  | 'too-few-requests' // not yet: fewer than `minRequests`, or the window is not full
  | 'not-certain-yet' // not yet: enough requests, but they might still be luck
  | 'no-traffic' // not yet: V2 was not asked
  | 'no-v1-to-compare' // not yet: V1 answered too little for a budget relative to it
  | 'noise-unknown' // not yet: V2 differs from V1, which was asked twice too seldom to tell noise from fault
  | 'hardly-compared' // not yet: most pairs were not compared, for a reason that lies in the answers
  | 'no-numbers' // not yet: V2 answered, but never with the number

/** What is known about one budget, for one endpoint or segment of it where it is judged so. */
export interface BudgetVerdict {
  readonly route: string
  readonly flag: string
  /** The budget as written, such as `errors max 1%`. */
  readonly budget: string
  readonly scope: string | null
  readonly verdict: 'pass' | 'breach' | 'not-yet'
  readonly reason: VerdictReason
  /** The whole finding in a sentence with its numbers. */
  readonly text: string
  /** Events of V2 that were judged; for a window, within it. */
  readonly requests: number
  readonly bad: number
  /** `bad` of `requests`, 0 to 1; null for no requests. */
  readonly share: number | null
  /** Of `requests`, the share that may be bad; for errors relative to V1 what V1's own share makes of it. */
  readonly allowed: number
  /** V1's events beside them, for a budget relative to V1. */
  readonly v1: { readonly requests: number; readonly bad: number } | null
  /** Answers of V2 that lacked the number. */
  readonly missing: number
  /** How far the evidence against V2 has come, 0 to 1; at 1 it is a breach. */
  readonly height: number
  readonly certainty: number
  /** About how many more requests decide it if they are like those before; null where none would, or it is decided. */
  readonly moreRequests: number | null
  readonly dryRun: boolean
  readonly seenBy: CountedBy
}

/** Whose counts were summed. */
export type CountedBy = Exclude<Evidence['seenBy'], 'worker'>

/** V2 of a flag began to exceed a budget that may act. */
export interface Breach {
  readonly flag: string
  readonly evidence: Evidence
}

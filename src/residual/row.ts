import type { AssignmentReason } from '../cohort/assignment.ts'

/** Why V1 answered on a route that has a V2: the word of the assignment, or that it stood in for V2. */
export type ResidualReason =
  | Exclude<AssignmentReason, 'v1-only' | 'in-share' | 'seen-v2'>
  | 'fallback' // V2 was to answer, and V1 did

export const residualReasons: Readonly<Record<ResidualReason, true>> = {
  'flag-missing': true,
  'flag-off': true,
  'out-of-share': true,
  forced: true,
  'switched-back': true,
  drill: true,
  fallback: true,
}

/** Requests that V1 of a route got, of one segment and one client and for one reason. */
export interface ResidualRow {
  readonly route: string
  /** `(none)` where the caller has none, `(other)` for what had no room of its own. */
  readonly segment: string
  /** Likewise. */
  readonly client: string
  readonly reason: ResidualReason
  readonly requests: number
  /** Milliseconds since the Unix epoch. */
  readonly firstAt: number
  readonly lastAt: number
  /** A sketch of who they were, see `distinct.ts`: it names nobody. */
  readonly callers: Uint8Array
}

/** No name of a client or a segment has brackets. */
export const none = '(none)'
export const other = '(other)'

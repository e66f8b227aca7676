import type { NotCompared } from './difference.ts'

/** Pairs of one route as a budget sees them. */
export interface RouteMismatches {
  readonly route: string
  /** Compared pairs since the last time. */
  readonly pairs: number
  /** Of them, those that differ in a real, unacknowledged way. */
  readonly mismatched: number
}

/** What budgets on `mismatch` are judged by. */
export interface Mismatches {
  /** What came since the last call, of this machine. */
  take(): readonly RouteMismatches[]
  /** What is known of a route's differences beside the pairs; `allowed` is the share that a budget allows. */
  facts(route: string, allowed: number): MismatchFacts
}

/** What is known of a route's differences beside how many pairs mismatch. */
export interface MismatchFacts {
  /** The worst real one in a few words, such as `/price (value) in 100 % of 214 pairs`; null for none. */
  readonly worst: string | null
  /**
   * Share of the pairs, of late or in all, whichever is less, that mismatch by what is known now: pairs that
   * came before a difference was found to be real were counted as good ones.
   */
  readonly mismatchShare: number
  /**
   * What is not known yet: pairs that may differ through V2 or as V1 does from itself. They are no mismatch
   * so far, and no proof of the contrary either. Null for none.
   */
  readonly undecided: UndecidedDifference | null
  /** What was not compared, for a reason that lies in the answers; null for none. */
  readonly uncompared: Uncompared | null
}

export interface Uncompared {
  /** Its share of the pairs that were seen, above 0. */
  readonly share: number
  /** The most frequent reason. */
  readonly reason: NotCompared
}

export interface UndecidedDifference {
  /** Their share of the pairs, above 0; in a noisy place of as many as noise may hide. */
  readonly share: number
  /** The place with most of them, and what is missing, in a few words. */
  readonly text: string
}

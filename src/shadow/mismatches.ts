/** Pairs of one route as a budget sees them. */
export interface RouteMismatches {
  readonly route: string
  /** Compared pairs since the last time. */
  readonly pairs: number
  /** Of them, those that differ in a real, unacknowledged way. */
  readonly mismatched: number
  /**
   * Of them, those that differ only in a way of which it is not known yet whether it is real: nothing to
   * breach a budget by, and nothing to pass one by either.
   */
  readonly undecided: number
}

/** What budgets on `mismatch` are judged by. */
export interface Mismatches {
  /** What came since the last call, of this machine. */
  take(): readonly RouteMismatches[]
  /** The worst real difference of a route in a few words, such as `/price (value) in 100 % of 214`; null for none. */
  worst(route: string): string | null
  /**
   * The most frequent difference of a route of which it is not known yet whether V1 differs from itself there
   * as well: pairs that show it are no mismatch so far, and no proof of the contrary either. Null for none.
   */
  undecided(route: string): UndecidedDifference | null
}

export interface UndecidedDifference {
  /** Share of the pairs of late that show it, 0 to 1. */
  readonly share: number
  /** What and how often, and what is missing, in a few words. */
  readonly text: string
}

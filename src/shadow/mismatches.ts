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
  /** The worst real difference of a route in a few words, such as `/price (value) in 100 % of 214`; null for none. */
  worst(route: string): string | null
  /**
   * What is not known yet: pairs that differ only in places of which nobody can tell whether V1 differs from
   * itself there as well. They are no mismatch so far, and no proof of the contrary either. Null for none.
   */
  undecided(route: string): UndecidedDifference | null
}

export interface UndecidedDifference {
  /** Their share of the pairs of late, above 0. */
  readonly share: number
  /** The most frequent of those places, and what is missing, in a few words. */
  readonly text: string
}

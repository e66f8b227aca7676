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
}

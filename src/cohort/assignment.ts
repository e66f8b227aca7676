export type Variant = 'v1' | 'v2'

/**
 * Why a request got its variant. The same word stands in the log, the metric label, the decision
 * header and `switchback explain`.
 */
export type AssignmentReason =
  | 'v1-only' // the route has no V2
  | 'flag-missing' // the flag source does not know the flag
  | 'flag-off' // the flag is known and disabled
  | 'in-share' // a strategy of the flag matched the caller
  | 'out-of-share' // no strategy of the flag matched the caller
  | 'seen-v2' // sticky: seen-v2, and the caller has had V2 before
  | 'forced' // a listed tester asked for this variant
  | 'switched-back' // the latch of the flag is tripped: V2 is not to be used
  | 'drill' // a tester during a rehearsal of the switch back

/** The decision for one request. */
export interface Assignment {
  readonly variant: Variant
  readonly reason: AssignmentReason
  /** `Set-Cookie` values to add to the answer; usually none. */
  readonly setCookies: readonly string[]
}

import type { Difference, NotCompared, Sample } from './difference.ts'

/** What the comparisons of one kind of copy came to, since the last report. Reports add up. */
export interface Compared {
  /** Pairs that were compared, equal ones included. */
  readonly pairs: number
  readonly notCompared: Readonly<Partial<Record<NotCompared, number>>>
  /** In how many pairs each place differed. Those too many to tell apart are one, at `*`. */
  readonly places: readonly PlaceCount[]
  /**
   * Pairs that differed, by the whole set of places in which they did; once these are too many, by one of
   * them alone. Each such pair is in just one.
   */
  readonly signatures: readonly Signature[]
  /**
   * Second time minus first, V2's minus V1's, in buckets of `latency-buckets.ts`: bucket → pairs. Also of
   * pairs that were not compared, as long as both answered.
   */
  readonly latency: Readonly<Record<string, number>>
}

export interface PlaceCount {
  readonly difference: Difference
  readonly pairs: number
}

/** The places in which a pair differed, sorted, and how many pairs did so in just these. */
export interface Signature {
  readonly differences: readonly Difference[]
  readonly pairs: number
}

/** What one worker found out about one route since its last report. Plain data. */
export interface RouteReport {
  readonly route: string
  /** Names what was compared (upstreams, mappings and rules): reports of other configurations are not mixed. */
  readonly basis: string
  /** V2 with V1 for repeatable requests (see `Pair`): what `noise` is held against, like with like. */
  readonly shadow: Compared
  /** V2 with V1 for the others, which V1 is never asked twice. */
  readonly unrepeatable: Compared
  /** V1 with itself. */
  readonly noise: Compared
  /** A few, of shadow pairs only. */
  readonly samples: readonly Sample[]
}

/** What a worker tells its control plane of its comparisons. */
export type ShadowReport = readonly RouteReport[]

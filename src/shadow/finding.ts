import type { Difference, NotCompared, Sample } from './difference.ts'

/** A person's word that a difference is known and meant. */
export interface Acknowledgement {
  readonly who: string
  readonly why: string
  /** Wall-clock milliseconds. */
  readonly at: number
}

/** What is held about one difference of a route, over all workers and machines that can be heard. */
export interface Finding extends Difference {
  readonly route: string
  /**
   * `real`: V2 differs here significantly more than V1 from itself. `noise`: V1 differs from itself here, and
   * V2 not significantly more. `undecided`: too little was seen to say which.
   */
  readonly verdict: 'real' | 'noise' | 'undecided'
  /** Pairs that showed it, of all that were compared since the basis began. */
  readonly pairs: number
  readonly compared: number
  /** The same of late, 0 to 1; null while nothing was compared of late. */
  readonly rate: number | null
  /** How often V1 differs from itself here, 0 to 1; null while V1 was never asked twice. */
  readonly noiseRate: number | null
  /** Wall-clock milliseconds. */
  readonly firstSeenAt: number
  readonly lastSeenAt: number
  /** The newest few, masked. */
  readonly samples: readonly Sample[]
  /** Acknowledged differences are no mismatch. */
  readonly acknowledged: Acknowledgement | null
  /** The whole finding in a sentence with its numbers. */
  readonly text: string
}

/** How much slower V2 is for the very same requests, or how much faster. */
export interface PairedLatency {
  readonly pairs: number
  /** Milliseconds, V2's time minus V1's: the median, and where it lies with 95 % confidence at any time. */
  readonly medianMs: number
  readonly lowMs: number
  readonly highMs: number
  /** The same for V1 asked twice: what asking second is worth. Null while that was not done. */
  readonly ofV1Itself: { readonly pairs: number; readonly medianMs: number } | null
  readonly text: string
}

/** What shadowing one route has shown so far. */
export interface RouteDifferences {
  readonly route: string
  readonly flag: string
  readonly basis: string
  /** Wall-clock milliseconds from which on pairs of this basis are counted. */
  readonly since: number
  readonly compared: number
  readonly notCompared: Readonly<Partial<Record<NotCompared, number>>>
  /** Pairs of V1 with itself. */
  readonly noisePairs: number
  /** Share of compared pairs that differ in a real, unacknowledged way, of late and in all; null for none. */
  readonly mismatchRate: number | null
  readonly mismatchRateInAll: number | null
  /** Worst first: real before undecided before noise, the more frequent first. */
  readonly findings: readonly Finding[]
  readonly latency: PairedLatency | null
  /** Where we stand, in a sentence. */
  readonly text: string
}

/** What a person asks about one difference of a route. */
export interface DifferenceRequest extends Difference {
  readonly route: string
  /** `acknowledged`: known and meant, it does not count any more. `counted`: it does again. */
  readonly to: 'acknowledged' | 'counted'
  readonly who: string
  readonly why: string
}

/** Forgets all that was seen of a route, on every machine; what was acknowledged stays so. */
export interface ForgetRequest {
  readonly route: string
  readonly who: string
  readonly why: string
}

export type DifferenceRefusal =
  | 'unknown-route' // it is not shadowed, or there is no such route
  | 'unknown-difference' // nothing like it was seen, and it is not acknowledged
  | 'already-acknowledged' // with the same reason
  | 'not-acknowledged' // it counts already
  | 'many-places' // it stands for all places that there was no room for, also those to come

/** `shared`: whether the other machines know; `down`: not before the shared store is back, `none`: there is none. */
export type DifferenceAnswer =
  | { readonly done: true; readonly shared: 'agreed' | 'down' | 'none'; readonly text: string }
  | { readonly done: false; readonly refusal: DifferenceRefusal; readonly text: string }

/** What operators can ask of the differences, and ask to be done about them. */
export interface DifferencesView {
  /** Of every route that is shadowed, worst first. */
  differences(): readonly RouteDifferences[]
  acknowledge(request: DifferenceRequest): Promise<DifferenceAnswer>
  forget(request: ForgetRequest): Promise<DifferenceAnswer>
}

import type { NotCompared } from './difference.ts'

/** A body in the pieces in which it is kept, which are nobody's once its pair is done. */
export type KeptBody = readonly Buffer[]

/** An answer as it was kept for comparing, in the clients' language. */
export interface CapturedAnswer<Body = Buffer> {
  readonly status: number
  /** As the upstream sent them, flat name/value pairs, lower-case names. */
  readonly headers: readonly string[]
  /**
   * Still with its Content-Encoding; null where it was not kept, for the reason beside it, or where the other
   * answer's was not. Not to be changed or transferred: the client's answer may be part of two pairs.
   */
  readonly body: Body | null
  readonly lost: NotCompared | null
  /** Milliseconds from asking the variant to the head of its answer; -1 where none came, and the status is 0. */
  readonly headMs: number
}

/** Which copy it was: to the other variant, or to V1 once more. */
export type CopyKind = 'shadow' | 'noise'

/**
 * Two answers to the same request. For a shadow `b` is V2's, whichever of them the client got; for noise
 * both are V1's, `a` the one that the client got.
 */
export interface Pair<Body = Buffer> {
  readonly route: string
  /** See `RouteReport`. */
  readonly basis: string
  readonly kind: CopyKind
  /** Whether V1 may be asked twice for such a request: its method is safe, and V1 answered the client. */
  readonly repeatable: boolean
  readonly method: string
  /** Canonical path, as the client asked for it. */
  readonly path: string
  readonly requestId: string
  /** Wall-clock milliseconds. */
  readonly seenAt: number
  readonly a: CapturedAnswer<Body>
  readonly b: CapturedAnswer<Body>
}

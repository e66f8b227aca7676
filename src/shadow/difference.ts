/**
 * How an answer of V2 differs from V1's at one place. The same word stands in the report, the API, the
 * metric label and the docs.
 */
export type DifferenceKind =
  | 'missing' // V1 has it, V2 does not; of the status and the whole body: V2 gave no (whole) answer
  | 'extra' // V2 has it, V1 does not
  | 'type' // another JSON type
  | 'value' // the same type, another value
  | 'order' // the same elements in another order
  | 'size' // an array of another length, or a body that is not JSON of another length

/** One place in which two answers to the same request differ. */
export interface Difference {
  readonly part: 'status' | 'header' | 'body'
  /**
   * Where: empty for the status; a header name in lower case; for JSON a pointer (RFC 6901) in which `*`
   * stands for an index of an array, or for a key that is an id or might be personal. Empty for the whole body.
   */
  readonly at: string
  readonly kind: DifferenceKind
}

/** A difference with what stood there, already masked: nothing else of a body is ever kept. */
export interface Sample extends Difference {
  readonly v1: string
  readonly v2: string
  /** `GET /offers/*`: method and path, ids left out, never the query. */
  readonly endpoint: string
  readonly requestId: string
  /** Wall-clock milliseconds. */
  readonly seenAt: number
}

/** Why two answers were not compared: a verdict for itself, and never "equal". */
export type NotCompared =
  | 'no-answer' // V1 gave no whole answer to its copy
  | 'unfinished' // the client's answer was not seen to its end: the client left, or it took too long
  | 'too-large' // over `maxBodyBytes`, or `maxDecodedBytes` once decoded
  | 'too-deep' // over `maxDepth`, or more values than are looked at
  | 'undecodable' // a Content-Encoding that is broken or unknown
  | 'invalid-json' // said to be JSON and is not
  | 'unknown-charset' // said to be text in an encoding that cannot be read
  | 'no-room' // `maxBytesInFlight` was reached
  | 'busy' // `maxCpu` was reached
  | 'failed' // comparing itself failed; never expected

/** What came of comparing two answers. */
export type Comparison =
  | { readonly verdict: 'equal' }
  | { readonly verdict: 'different'; readonly differences: readonly Difference[] }
  | { readonly verdict: 'not-compared'; readonly reason: NotCompared }

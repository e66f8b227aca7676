/** Why a body could not be mapped. The same word stands in the log, the metric label and the docs. */
export type MappingFailure =
  | 'too-large' // over `maxBodyBytes`, as it came, once decoded, or mapped
  | 'not-json' // not JSON in UTF-8
  | 'unknown-coding' // a Content-Encoding that cannot be undone, or not undone without error
  | 'number-too-large' // an integer that would lose digits
  | 'partial' // 206: a piece of JSON is no JSON
  | 'expression-failed'
  | 'no-result' // the expression gave nothing
  | 'too-slow' // its expression took too long, or did for those before it
  | 'resting' // its mapping overran several times in a row and is not tried for a while
  | 'no-turn' // other mappings left too little of `timeoutMs`
  | 'too-many' // bodies are waiting already
  | 'no-room' // of a copy: the shadow's `maxBytesInFlight` was reached
  | 'closed' // the gateway is leaving

/**
 * Of the time that a body has, what its expression may take for itself: the rest is for those that
 * wait behind it.
 */
export const ownShare = 0.5

/** One body to map, as it crosses to the thread. */
export interface BodyJob {
  /** JSONata. */
  readonly expression: string
  /** In a buffer of its own. */
  readonly body: Uint8Array
  /** Content-Encoding, in lower case; empty for none. */
  readonly coding: string
  /** Of the body decoded, and of the result. */
  readonly maxBytes: number
  readonly timeoutMs: number
  /** What the client asked for. */
  readonly method: string
  readonly path: string
  /** Query with its `?`, or empty. */
  readonly query: string
  /** Of the answer; 0 for a request. */
  readonly status: number
}

export type MappedBody =
  | { readonly ok: true; readonly body: Uint8Array }
  | { readonly ok: false; readonly reason: MappingFailure; readonly detail: string }

/** Maps bodies somewhere else. */
export interface BodyMapper {
  /** Calls `done` once, later; never once the returned function was called. The body is the mapper's. */
  map(job: BodyJob, done: (mapped: MappedBody) => void): () => void
}

export function failed(reason: MappingFailure, detail = ''): MappedBody {
  return { ok: false, reason, detail }
}

import { readTraceState } from './trace-state.ts'

/** What a request says of the trace that it is part of, as its lines came. */
export interface SentTrace {
  /** How many traceparent lines there were; one is the only good number. */
  readonly parents: number
  /** The last of them. */
  readonly parent: string
  /** All tracestate lines as one; null for none. */
  readonly state: string | null
}

/** Whose work a request is part of, as its sender says. */
export interface TraceParent {
  /** 32 hexadecimal digits. */
  readonly traceId: string
  /** Of the sender's span, 16 of them. */
  readonly spanId: string
  /** What of the flags is known here, see `sampledFlag` and `randomFlag`. */
  readonly flags: number
  /** `tracestate` to be passed on, or empty. */
  readonly state: string
}

/** The trace may be recorded. */
export const sampledFlag = 1

/** The last seven bytes of the trace id are random (W3C Trace Context Level 2). */
export const randomFlag = 2

/** version, trace id, parent id, flags, and what a later version has behind them. */
const written = /^([0-9a-f]{2})-([0-9a-f]{32})-([0-9a-f]{16})-([0-9a-f]{2})(-.*)?$/

const noTrace = '0'.repeat(32)
const noSpan = '0'.repeat(16)

/**
 * Reads what W3C Trace Context has a sender say; null where there is nothing, or nothing valid, and a new
 * trace is to begin. Of a version that is later than ours the beginning is read, as the specification asks
 * for. A tracestate that is not valid costs nothing but itself.
 */
export function readTraceParent(sent: SentTrace | null): TraceParent | null {
  if (sent === null || sent.parents !== 1) return null
  const [, version, traceId = '', spanId = '', flags = '', more] = written.exec(sent.parent) ?? []
  if (version === undefined || version === 'ff') return null
  if (version === '00' && more !== undefined) return null
  if (traceId === noTrace || spanId === noSpan) return null
  return {
    traceId,
    spanId,
    flags: Number.parseInt(flags, 16) & (sampledFlag | randomFlag),
    state: sent.state === null ? '' : readTraceState(sent.state),
  }
}

/** `traceparent` and `tracestate` for whoever is asked next, flat name/value pairs. */
export function traceHeaders(
  traceId: string,
  spanId: string,
  flags: number,
  state: string,
): string[] {
  const headers = ['traceparent', `00-${traceId}-${spanId}-0${flags}`]
  if (state !== '') headers.push('tracestate', state)
  return headers
}

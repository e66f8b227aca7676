/** One piece of work in a trace, once it is over: what OpenTelemetry calls a span. */
export interface Span {
  /** 32 hexadecimal digits. */
  readonly traceId: string
  /** 16 of them. */
  readonly spanId: string
  /** Empty for the first span of a trace. */
  readonly parentId: string
  /** The parent is a span of another process. */
  readonly parentIsRemote: boolean
  /** Of the trace, see `ingress/trace-context.ts`. */
  readonly flags: number
  /** `tracestate`, or empty. */
  readonly state: string
  readonly kind: 'server' | 'client'
  readonly name: string
  /** `clock.monotonic()`. */
  readonly beganAt: number
  readonly endedAt: number
  readonly attributes: SpanAttributes
  readonly failed: boolean
  /** The span that it came about by without being part of its work. */
  readonly link: SpanLink | null
}

/** Texts, and whole numbers from 0 on. */
export type SpanAttributes = Readonly<Record<string, string | number>>

export type SpanLink = Pick<Span, 'traceId' | 'spanId' | 'flags' | 'state'>

/** Characters of a path that a span has, and of a tracestate: a client makes them up, and thousands of spans may wait. */
const longestPath = 1024
const longestState = 512

/** A path, or an address that ends with one, no longer than spans have it. */
export function pathInSpan(path: string): string {
  // A copy, since a piece of a text keeps all of it.
  return path.length <= longestPath ? path : Buffer.from(path.slice(0, longestPath)).toString()
}

/** A tracestate as spans have it: a longer one still goes on to upstreams, and half of one is none. */
export function stateInSpan(state: string): string {
  return state.length <= longestState ? state : ''
}

/** Methods that OpenTelemetry knows by name (RFC 9110 section 9, RFC 5789). */
const knownMethods = new Set(['GET', 'HEAD', 'POST', 'PUT', 'DELETE', 'OPTIONS', 'PATCH'])

/** A method as attributes have it: of others there are few enough to count, and one name. */
export function methodAttributes(method: string): SpanAttributes {
  if (knownMethods.has(method)) return { 'http.request.method': method }
  return { 'http.request.method': '_OTHER', 'http.request.method_original': method }
}

/** A method as names of spans have it. */
export function methodInName(method: string): string {
  return knownMethods.has(method) ? method : 'HTTP'
}

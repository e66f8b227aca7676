import type { HeaderName } from './header-kinds.ts'
import type { SentTrace } from './trace-context.ts'

/** A request's header lines by what they mean to the gateway, in one pass. */
export interface SortedHeaders {
  /** End-to-end headers, flat, names lower-case. */
  readonly headers: string[]
  readonly host: string
  /** How many Host lines there were; one is the only good number. */
  readonly hosts: number
  readonly contentLength: string | null
  readonly transferEncoding: string | null
  readonly expect: string | null
  readonly via: string | null
  /** Null where it says nothing of a trace, or that is not read. */
  readonly trace: SentTrace | null
  /** The next four are null unless a trusted proxy sent them, save the request id. */
  readonly requestId: string | null
  readonly forwardedFor: string | null
  readonly forwardedProto: string | null
  readonly forwardedHost: string | null
}

type Mutable<T> = { -readonly [K in keyof T]: T[K] }

/**
 * Takes `rawHeaders` (flat name/value pairs as Node gives them) apart. Hop-by-hop headers and those
 * that Connection names are gone from `headers`, and so is every claim about the way so far unless
 * `trusted`: what the gateway adds itself comes after this, so no client can take it away again.
 */
export function sortHeaders(
  rawHeaders: readonly string[],
  kindOf: (name: string) => HeaderName,
  trusted: boolean,
): SortedHeaders {
  const headers: string[] = []
  const sorted: Mutable<SortedHeaders> = {
    headers,
    host: '',
    hosts: 0,
    contentLength: null,
    transferEncoding: null,
    expect: null,
    via: null,
    trace: null,
    requestId: null,
    forwardedFor: null,
    forwardedProto: null,
    forwardedHost: null,
  }
  let listed: string | null = null

  for (let at = 0; at < rawHeaders.length; at += 2) {
    const name = kindOf(rawHeaders[at] as string)
    const value = rawHeaders[at + 1] as string
    switch (name.kind) {
      case 'end-to-end':
        headers.push(name.lower, value)
        break
      case 'host':
        sorted.host = value
        sorted.hosts++
        break
      case 'connection':
        listed = join(listed, value)
        break
      case 'content-length':
        sorted.contentLength = join(sorted.contentLength, value)
        break
      case 'transfer-encoding':
        sorted.transferEncoding = join(sorted.transferEncoding, value)
        break
      case 'expect':
        sorted.expect = join(sorted.expect, value)
        break
      case 'via':
        sorted.via = join(sorted.via, value)
        break
      case 'request-id':
        sorted.requestId = join(sorted.requestId, value)
        break
      case 'x-forwarded-for':
        if (trusted) sorted.forwardedFor = join(sorted.forwardedFor, value)
        break
      case 'x-forwarded-proto':
        if (trusted) sorted.forwardedProto = join(sorted.forwardedProto, value.toLowerCase())
        break
      case 'forwarding':
        if (!trusted) break
        if (name.lower === 'x-forwarded-host')
          sorted.forwardedHost = join(sorted.forwardedHost, value)
        else headers.push(name.lower, value)
        break
      case 'traceparent':
      case 'tracestate':
        sorted.trace = withTrace(sorted.trace, name.kind, value)
        break
      case 'hop-by-hop':
      case 'alias':
        break
    }
  }
  // Almost every Connection header says just this.
  if (listed !== null && listed !== 'keep-alive' && listed !== 'close') {
    dropListed(sorted, listed, kindOf)
  }
  return sorted
}

function join(before: string | null, value: string): string {
  return before === null ? value : `${before}, ${value}`
}

function withTrace(
  sent: SentTrace | null,
  name: 'traceparent' | 'tracestate',
  value: string,
): SentTrace {
  const { parents, parent, state } = sent ?? { parents: 0, parent: '', state: null }
  return name === 'traceparent'
    ? { parents: parents + 1, parent: value, state }
    : { parents, parent, state: join(state, value) }
}

function dropListed(
  sorted: Mutable<SortedHeaders>,
  listed: string,
  kindOf: (name: string) => HeaderName,
): void {
  const names = new Set<string>()
  for (const token of listed.split(',')) {
    const name = kindOf(token.trim())
    if (!name.pinned) names.add(name.lower)
  }
  const kept: string[] = []
  for (let at = 0; at < sorted.headers.length; at += 2) {
    const name = sorted.headers[at] as string
    if (!names.has(name)) kept.push(name, sorted.headers[at + 1] as string)
  }
  sorted.headers = kept
}

/** What a request header means to a gateway; everything it has no opinion about is end to end. */
export type HeaderKind =
  | 'end-to-end'
  | 'hop-by-hop' // RFC 9110 section 7.6.1, and those that RFC 9113 section 8.2.2 names
  | 'connection'
  | 'host'
  | 'content-length'
  | 'transfer-encoding'
  | 'expect'
  | 'via'
  | 'request-id'
  | 'x-forwarded-for'
  | 'x-forwarded-proto'
  | 'forwarding' // other claims about the way so far: passed on from a trusted proxy only
  | 'traceparent' // these two where traces go on here
  | 'tracestate'
  | 'alias' // a spelling that CGI-like backends read as one of ours

export interface HeaderName {
  readonly lower: string
  readonly kind: HeaderKind
  /** True when a client may not remove it by naming it in Connection. */
  readonly pinned: boolean
}

const kinds: Readonly<Record<string, HeaderKind>> = {
  connection: 'connection',
  host: 'host',
  'content-length': 'content-length',
  'transfer-encoding': 'transfer-encoding',
  expect: 'expect',
  via: 'via',
  'x-request-id': 'request-id',
  'x-forwarded-for': 'x-forwarded-for',
  'x-forwarded-proto': 'x-forwarded-proto',
  forwarded: 'forwarding',
  'x-forwarded-host': 'forwarding',
  'x-forwarded-port': 'forwarding',
  'x-forwarded-prefix': 'forwarding',
  'x-forwarded-server': 'forwarding',
  'x-real-ip': 'forwarding',
  // Who the client proved to be, in the words of a proxy that ended TLS (RFC 9440 section 2).
  'client-cert': 'forwarding',
  'client-cert-chain': 'forwarding',
  'x-forwarded-client-cert': 'forwarding',
  // That it is the copy of a gateway in front: a client would have services leave out what it asked for.
  'x-switchback-shadow': 'forwarding',
  'keep-alive': 'hop-by-hop',
  'proxy-connection': 'hop-by-hop',
  'proxy-authorization': 'hop-by-hop',
  'proxy-authenticate': 'hop-by-hop',
  te: 'hop-by-hop',
  trailer: 'hop-by-hop',
  upgrade: 'hop-by-hop',
  'http2-settings': 'hop-by-hop',
}

/** W3C Trace Context, where it is the gateway's to read and to write. */
const traceKinds: Readonly<Record<string, HeaderKind>> = {
  traceparent: 'traceparent',
  tracestate: 'tracestate',
}

/** End-to-end headers that decide about a request: they survive being named in Connection. */
const pinned = new Set([
  'authorization',
  'cookie',
  'content-type',
  'content-encoding',
  'origin',
  'x-switchback-shadow',
])

/** Most names remembered, and the longest; others are classified anew each time, so memory stays flat. */
const maxRemembered = 2000
const maxRememberedLength = 64

/**
 * Classifies header names. `named` are headers that the configuration gives a meaning (who the
 * caller is): their aliases are as dangerous as those of our own. Traces are read where they are
 * `traced`; else their headers mean nothing here.
 */
export function createHeaderKinds(
  named: Iterable<string>,
  traced = false,
): (name: string) => HeaderName {
  const table = new Map(Object.entries(traced ? { ...kinds, ...traceKinds } : kinds))
  const guarded = new Set([...table.keys(), ...pinned, ...named])
  const remembered = new Map<string, HeaderName>()

  function classify(name: string): HeaderName {
    const lower = name.toLowerCase()
    const dashed = lower.replace(/[_.]/g, '-')
    const alias = dashed !== lower && guarded.has(dashed)
    const kind = alias ? 'alias' : (table.get(lower) ?? 'end-to-end')
    return { lower, kind, pinned: pinned.has(lower) }
  }

  return name => {
    const known = remembered.get(name)
    if (known !== undefined) return known
    const fresh = classify(name)
    if (remembered.size < maxRemembered && name.length <= maxRememberedLength) {
      remembered.set(name, fresh)
    }
    return fresh
  }
}

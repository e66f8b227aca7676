import type { ClientNameConfig } from '../config/schema-residual.ts'
import type { Claims } from '../identity/claims.ts'
import { none } from './row.ts'

/** Names the program that asks, as far as it says; `(none)` where it does not. */
export type ClientName = (headers: readonly string[], claims: Claims | null) => string

/** Product and major version of the first product, RFC 9110 section 10.1.5. */
const product = /^([!#$%&'*+.^_`|~\w-]{1,48})(?:\/v?(\d{1,4}))?/

/** What else may be a name: printable and short, so that a list of them can be read. */
const plain = /^[\w.:@+/-][\w.:@+/ -]{0,63}$/

/** User agents whose name is remembered; a full memory is emptied. */
const maxRemembered = 2000

/** Characters of one that is remembered: longer ones are rare, and a client could send kilobytes of them. */
const longestRemembered = 512

/** Makes the names of clients: the first of `ways` that says one. Clients make most of it up as they like. */
export function createClientName(ways: readonly ClientNameConfig[]): ClientName {
  const readers = ways.map(readerOf)
  return (headers, claims) => {
    for (const read of readers) {
      const name = read(headers, claims)
      if (name !== null) return name
    }
    return none
  }
}

type Reader = (headers: readonly string[], claims: Claims | null) => string | null

function readerOf(way: ClientNameConfig): Reader {
  if (way === 'user-agent') return byUserAgent()
  if (way === 'certificate') return (_, claims) => plainName(certified(claims))
  if ('claim' in way) return (_, claims) => plainName(claims?.[way.claim])
  const name = way.header.toLowerCase()
  return headers => plainName(headerOf(headers, name))
}

function byUserAgent(): Reader {
  const known = new Map<string, string | null>()
  return headers => {
    const agent = headerOf(headers, 'user-agent')
    if (agent === undefined) return null
    let name = known.get(agent)
    if (name === undefined) {
      const [, token, major] = product.exec(agent) ?? []
      name = token === undefined ? null : major === undefined ? token : `${token}/${major}`
      if (agent.length > longestRemembered) return name
      if (known.size >= maxRemembered) known.clear()
      known.set(agent, name)
    }
    return name
  }
}

/** Of the connection, see `identity/certified.ts`. */
function certified(claims: Claims | null): unknown {
  const certificate = claims?.certificate
  return typeof certificate === 'object' && certificate !== null && 'name' in certificate
    ? certificate.name
    : undefined
}

/** A text that can be a name, or null. */
export function plainName(value: unknown): string | null {
  return typeof value === 'string' && plain.test(value) ? value : null
}

function headerOf(headers: readonly string[], name: string): string | undefined {
  for (let at = 0; at < headers.length; at += 2) {
    if (headers[at] === name) return headers[at + 1]
  }
  return undefined
}

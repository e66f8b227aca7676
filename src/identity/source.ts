import type { SourceConfig } from '../config/schema-route.ts'
import type { Claims } from './claims.ts'

/** A source found the value, found nothing, or found its header more than once. */
export type Fact = string | null | typeof ambiguous

export const ambiguous = Symbol('ambiguous')

/** Reads one fact about the caller. An empty value counts as none: it names nobody. */
export type ReadFact = (headers: readonly string[], claims: Claims | null) => Fact

/** Makes the reader of a route's `user` or `properties` source. */
export function createFactReader(source: SourceConfig): ReadFact {
  if ('claim' in source) return (_, claims) => readClaim(claims, source.claim)
  const name = source.header.toLowerCase()
  return headers => readHeader(headers, name)
}

function readHeader(headers: readonly string[], name: string): Fact {
  let value: string | null = null
  for (let i = 0; i < headers.length; i += 2) {
    if (headers[i] !== name) continue
    if (value !== null) return ambiguous
    value = headers[i + 1] as string
  }
  return value === '' ? null : value
}

function readClaim(claims: Claims | null, name: string): Fact {
  const value = claims?.[name]
  if (typeof value === 'number') return String(value)
  return typeof value === 'string' && value !== '' ? value : null
}

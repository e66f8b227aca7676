import { hash } from 'node:crypto'
import type { LimitKeyPart, LimitRule } from '../config/limit-rule.ts'
import type { SourceConfig } from '../config/schema-route.ts'
import type { Caller } from '../identity/caller.ts'
import type { ReadFact } from '../identity/source.ts'
import type { GatewayRequest } from '../ingress/request.ts'

/** The bucket that one limit counts a request in. */
export type LimitKey = (request: GatewayRequest, caller: Caller) => string

export interface LimitKeyOptions {
  readonly rule: LimitRule
  /** Names of the policy and of the route that the limit is made for. */
  readonly policy: string
  readonly route: string
  /** The network of a client's address, by which it is limited. */
  readonly networkOf: (address: string) => string
  /** Makes the reader of a header or claim. */
  readonly readerOf: (source: SourceConfig) => ReadFact
}

type ReadPart = (request: GatewayRequest, caller: Caller) => string | null

/**
 * Makes the keys of one limit: the policy, the limit and each part that it is by, with the kind of the
 * part before its value. Where a caller lacks a part, its address stands there: leaving out a header
 * or a user never opens a fresh bucket.
 */
export function createLimitKey(options: LimitKeyOptions): LimitKey {
  const { rule, policy, networkOf } = options
  const prefix = `${plain(policy)}|${plain(rule.id)}`
  const readers = rule.key.map(part => [part.kind, createPartReader(part, options)] as const)

  return (request, caller) => {
    let key = prefix
    for (const [kind, read] of readers) {
      const value = read(request, caller)
      key += value === null ? `|ip=${networkOf(request.address)}` : `|${kind}=${value}`
    }
    return key
  }
}

function createPartReader(
  part: LimitKeyPart,
  { route, networkOf, readerOf }: LimitKeyOptions,
): ReadPart {
  switch (part.kind) {
    case 'user':
      return (_, { userId }) => (userId === null ? null : plain(userId))
    case 'ip':
      return request => networkOf(request.address)
    case 'route': {
      const name = plain(route)
      return () => name
    }
    case 'method':
      return request => request.method
    case 'property':
      return (_, { properties }) => {
        const value = Object.hasOwn(properties, part.name) ? properties[part.name] : undefined
        return value === undefined ? null : plain(value)
      }
    case 'claim': {
      const read = readerOf({ claim: part.name })
      return (request, { claims }) => {
        const value = read(request.headers, claims)
        return typeof value === 'string' ? plain(value) : null
      }
    }
    case 'header': {
      // It may be an API key, which no store should be able to tell. A repeated one names nobody.
      const read = readerOf({ header: part.name })
      return request => {
        const value = read(request.headers, null)
        return typeof value === 'string' ? digest(value) : null
      }
    }
  }
}

/** Without the signs that part a key: `|`, `=` and `#`. */
const plainValue = /^[\w.:@+ /-]{1,64}$/

/** A value as a key holds it: as it is where it is short and simple, otherwise its digest. */
function plain(value: string): string {
  return plainValue.test(value) ? value : digest(value)
}

function digest(value: string): string {
  return `#${hash('sha256', value, 'base64url')}`
}

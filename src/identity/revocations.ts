import type { Clock } from '../clock.ts'
import type { Claims } from './claims.ts'
import { type Revocation, type RevocationKind, revocationKinds } from './revocation.ts'

/** Milliseconds between two looks for revocations that have ended. */
const pruneMs = 60_000

/** Seconds that an `iat` may lie ahead: clocks differ. */
const mostAheadSeconds = 300

/** By value, for each kind; of one issuer, or of every one. */
type Scope = Readonly<Record<RevocationKind, Map<string, Revocation>>>

/** What is revoked, as a data plane knows it. How many there may be is decided before they come here. */
export interface Revocations {
  /** Whether a verified token is believed no longer. Asked at every request: a few look-ups, none while nothing is revoked. */
  isRevoked(claims: Claims): boolean
  /** Of the same tokens the one that ends last holds, in whatever order they come. */
  take(revocations: readonly Revocation[]): void
  size(): number
  close(): void
}

export function createRevocations(clock: Clock): Revocations {
  const ofEvery = emptyScope()
  const byIssuer = new Map<unknown, Scope>()
  let size = 0
  const stopPruning = clock.every(pruneMs, prune)

  function scopeOf(issuer: string | null): Scope {
    if (issuer === null) return ofEvery
    const known = byIssuer.get(issuer) ?? emptyScope()
    byIssuer.set(issuer, known)
    return known
  }

  function isNamed(scope: Scope, claims: Claims): boolean {
    for (const kind of revocationKinds) {
      const values = scope[kind]
      if (values.size === 0) continue
      const claim = claims[kind]
      // Some providers count their callers; the same number is the same caller.
      const found = values.get(typeof claim === 'number' ? String(claim) : (claim as string))
      if (found !== undefined && isMeant(found, claims.iat)) return true
    }
    return false
  }

  function isMeant({ before, until }: Revocation, issuedAt: unknown): boolean {
    if (until * 1000 <= clock.now()) return false
    // When it was issued is its issuer's to say; what does not say it may be as old as can be, and what
    // says a time to come, in milliseconds perhaps, does not say it either.
    if (before === null || typeof issuedAt !== 'number') return true
    return issuedAt < before || issuedAt > clock.now() / 1000 + mostAheadSeconds
  }

  function prune(): void {
    const now = clock.now()
    for (const [issuer, scope] of [[null, ofEvery] as const, ...byIssuer]) {
      let left = 0
      for (const kind of revocationKinds) {
        for (const [value, { until }] of scope[kind]) {
          if (until * 1000 <= now && scope[kind].delete(value)) size--
        }
        left += scope[kind].size
      }
      if (left === 0) byIssuer.delete(issuer)
    }
  }

  return {
    isRevoked(claims) {
      // Without an issuer it is a certificate, which is its authority's to take back (CRL).
      if (size === 0 || claims.iss === undefined) return false
      if (isNamed(ofEvery, claims)) return true
      const own = byIssuer.get(claims.iss)
      return own !== undefined && isNamed(own, claims)
    },
    take(revocations) {
      for (const each of revocations) {
        const values = scopeOf(each.issuer)[each.kind]
        const held = values.get(each.value)
        if (held === undefined) size++
        if (held === undefined || held.until < each.until) values.set(each.value, each)
      }
    },
    size: () => size,
    close: stopPruning,
  }
}

function emptyScope(): Scope {
  return { jti: new Map(), sub: new Map(), sid: new Map() }
}

import type { ClaimPath } from '../config/auth-rule.ts'
import type { SourceConfig } from '../config/schema-route.ts'
import type { LinkedRoute } from '../config/snapshot.ts'

/** How a header is kept: as it came, or as a digest, which tells two of them apart as well. */
export type HeaderUse = 'value' | 'digest'

/** What rules read of a request, beside what every request has. */
export interface KeptFacts {
  /** By lower-case name. */
  readonly headers: ReadonlyMap<string, HeaderUse>
  /** By name as written. */
  readonly claims: ReadonlyMap<string, ClaimPath>
}

/** What the entrance could ask of a request, and nothing that names anybody. */
const always = ['content-type', 'origin', 'access-control-request-method']

/** What the rules of one route read. */
export function factsRead(route: LinkedRoute): KeptFacts {
  const headers = new Map<string, HeaderUse>()
  const claims = new Map<string, ClaimPath>()
  const { auth, rateLimit } = route.rules

  function read(source: SourceConfig): void {
    if ('header' in source) headers.set(source.header.toLowerCase(), 'value')
    else claims.set(source.claim, { name: source.claim, steps: [source.claim] })
  }

  for (const part of rateLimit.flatMap(({ key }) => key)) {
    if (part.kind === 'header') headers.set(part.name, 'digest')
    if (part.kind === 'claim') read({ claim: part.name })
  }
  for (const source of [route.user, ...Object.values(route.properties)]) {
    if (source !== undefined) read(source)
  }
  if (route.force !== undefined) read({ header: route.force.header })
  if (auth !== 'public') {
    const { always, allow, rolesClaim, scopesClaim } = auth.access
    const demands = [always, ...(allow ?? [])]
    if (demands.some(({ roles }) => roles !== null)) claims.set(rolesClaim.name, rolesClaim)
    if (demands.some(({ scopes }) => scopes.length > 0)) claims.set(scopesClaim.name, scopesClaim)
  }
  return { headers, claims }
}

/**
 * What is kept of every request under a configuration: each may have another route under the next one.
 *
 * @param isSecret Whether a header is never kept as it came.
 */
export function factsKept(
  routes: readonly LinkedRoute[],
  isSecret: (header: string) => boolean,
): KeptFacts {
  const headers = new Map<string, HeaderUse>(always.map(name => [name, 'value']))
  const claims = new Map<string, ClaimPath>()
  for (const read of routes.map(factsRead)) {
    for (const [name, use] of read.headers) {
      const kept = isSecret(name) ? 'digest' : use
      if (headers.get(name) !== 'value') headers.set(name, kept)
    }
    for (const [name, path] of read.claims) claims.set(name, path)
  }
  return { headers, claims }
}

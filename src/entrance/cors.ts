import type { CorsConfig } from '../config/schema-entrance.ts'
import { repeated, soleHeader } from './sole-header.ts'

/** Why a page of that origin is not told anything. */
export type CorsFault = 'origin-missing' | 'origin-repeated' | 'origin-null' | 'origin-not-listed'

export interface Cors {
  /**
   * What a page of the request's Origin is told in the answer, flat name/value pairs. Nothing where
   * the Origin is not allowed, or where there is none: that is no error, only no permission.
   */
  answer(headers: readonly string[]): readonly string[]
  /** What a preflight from the request's Origin is told; a fault where it is not allowed. */
  preflight(headers: readonly string[]): readonly string[] | CorsFault
}

const nothing: readonly string[] = []

/** By the Fetch standard, section 3.3 (CORS protocol): permissions come from the policy alone. */
export function createCors(config: CorsConfig): Cors {
  const { exposeHeaders, credentials } = config
  const isListed = createOriginList(config.origins)
  const isAny = config.origins.includes('*')
  const withCredentials = credentials ? ['access-control-allow-credentials', 'true'] : nothing
  const inAnswers = [
    ...withCredentials,
    ...(exposeHeaders.length === 0
      ? nothing
      : ['access-control-expose-headers', exposeHeaders.join(', ')]),
  ]
  const inPreflights = [
    ...withCredentials,
    'access-control-allow-methods',
    config.methods.join(', '),
    ...(config.headers.length === 0
      ? nothing
      : ['access-control-allow-headers', config.headers.join(', ')]),
    'access-control-max-age',
    String(config.maxAgeSeconds),
  ]

  /** The origin to name in the answer. */
  function allowed(headers: readonly string[]): { readonly origin: string } | CorsFault {
    const origin = soleHeader(headers, 'origin')
    if (origin === null) return 'origin-missing'
    if (origin === repeated) return 'origin-repeated'
    // Every sandboxed frame, local file and redirect is `null`: allowing one allows all.
    if (origin === 'null') return 'origin-null'
    if (isAny) return { origin: '*' }
    return isListed(origin) ? { origin } : 'origin-not-listed'
  }

  return {
    answer(headers) {
      const found = allowed(headers)
      if (typeof found === 'string') return nothing
      return ['access-control-allow-origin', found.origin, ...inAnswers]
    },
    preflight(headers) {
      const found = allowed(headers)
      if (typeof found === 'string') return found
      return ['access-control-allow-origin', found.origin, ...inPreflights]
    },
  }
}

/** A host below a wildcard and its port, as browsers write them: nothing that could end the host early. */
const below = /^[a-z0-9](?:[a-z0-9._-]*[a-z0-9])?\.$/

/**
 * Whether an Origin is one of the list, byte for byte as browsers write it (RFC 6454 section 6.2).
 * `https://*.example.com` is every host below example.com, not that host itself.
 */
function createOriginList(origins: readonly string[]): (origin: string) => boolean {
  const isWild = (origin: string) => origin.includes('://*.')
  const exact = new Set(origins.filter(origin => !isWild(origin)))
  const wild = origins
    .filter(isWild)
    .map(origin => origin.split('*.') as [scheme: string, suffix: string])
  return origin =>
    exact.has(origin) ||
    wild.some(
      ([scheme, suffix]) =>
        origin.startsWith(scheme) &&
        origin.endsWith(`.${suffix}`) &&
        below.test(origin.slice(scheme.length, -suffix.length)),
    )
}

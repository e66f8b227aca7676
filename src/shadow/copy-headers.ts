import type { Variant } from '../cohort/assignment.ts'
import type { ShadowRule } from '../config/shadow-rule.ts'
import type { GatewayRequest } from '../ingress/request.ts'
import type { PutCredential } from '../upstream/credential.ts'
import { withoutConditions } from './conditions.ts'
import { createCopyQuery } from './copy-query.ts'
import { headerValue } from './header-value.ts'

/**
 * Says of a request that it is a copy whose answer nobody gets, and to which variant it goes. A request
 * that a trusted proxy sends with it is a copy of a gateway in front: it is passed on with it, so that the
 * service behind still knows, and never copied again. From anyone else it goes no further than `ingress/`.
 */
export const marker = 'x-switchback-shadow'

/**
 * Request headers by which services know who asks; what else one reads, `dropHeaders` names.
 * `proxy-authorization` ends at the gateway and reaches no upstream anyway.
 */
const credentials: readonly string[] = [
  'authorization',
  'cookie',
  'dpop',
  'x-api-key',
  'api-key',
  'apikey',
  'x-apikey',
  'x-authorization',
  'x-auth-token',
  'x-access-token',
  'x-id-token',
  'x-session-token',
  'x-session-id',
  'x-refresh-token',
  'x-user-token',
  'x-csrf-token',
  'x-xsrf-token',
  'x-forwarded-access-token',
  'x-goog-api-key',
  'x-goog-iap-jwt-assertion',
  'x-amz-security-token',
  'x-amzn-oidc-accesstoken',
  'x-amzn-oidc-data',
  'cf-access-jwt-assertion',
  'x-ms-token-aad-access-token',
  'x-ms-token-aad-id-token',
  'x-functions-key',
  'ocp-apim-subscription-key',
  'private-token',
  'x-vault-token',
]

/** RFC 9110 section 9.2.1, without TRACE. */
const safe = new Set(['GET', 'HEAD', 'OPTIONS'])

/** Whether repeating it does no work twice. */
export function isSafe(method: string): boolean {
  return safe.has(method)
}

/** Whether a request is a copy already, of a gateway in front. */
export function isCopy({ headers }: Pick<GatewayRequest, 'headers'>): boolean {
  return headerValue(headers, marker) !== undefined
}

/** What a copy says in the place of its request: the same, but for who asks. */
export interface CopyOf {
  /** Flat name/value pairs, without Host. */
  readonly headers: readonly string[]
  readonly query: string
}

type Copied = Pick<GatewayRequest, 'id' | 'method' | 'query' | 'headers' | 'added'>

/** What puts a variant's own credential into live requests; null where they go on with the client's. */
export type LiveCredentials = Readonly<Record<Variant, PutCredential | null>>

/** Makes the copies' heads under one rule. */
export function createCopyHeads(
  rule: Pick<ShadowRule, 'credentials' | 'dropHeaders' | 'dropQuery'>,
  asLive: LiveCredentials,
) {
  const own = typeof rule.credentials === 'object' ? rule.credentials : null
  const keepsCredentials = rule.credentials === 'client'
  const copyQuery = createCopyQuery(rule.dropQuery, keepsCredentials)
  const dropped = new Set(rule.dropHeaders)
  const carriesLive = keepsCredentials && !dropped.has('authorization')
  if (!keepsCredentials) for (const name of credentials) dropped.add(name)
  if (own !== null) dropped.add(own.header)

  function finished(request: Copied, to: Variant, headers: string[]): readonly string[] {
    headers.push(marker, to)
    // Whoever does the work twice can find out that it is the same (draft-ietf-httpapi-idempotency-key-header).
    if (!isSafe(request.method) && headerValue(headers, 'idempotency-key') === undefined) {
      headers.push('idempotency-key', request.id)
    }
    for (const each of request.added) headers.push(each)
    return headers
  }

  return {
    /** For the variant that did not answer. */
    shadow(request: Copied, to: Variant): CopyOf {
      const headers: string[] = []
      const asked = unconditional(request)
      for (let at = 0; at < asked.length; at += 2) {
        const name = asked[at] as string
        if (!dropped.has(name)) headers.push(name, asked[at + 1] as string)
      }
      if (own !== null) headers.push(own.header, own.value)
      const put = carriesLive ? asLive[to] : null
      return {
        headers: finished(request, to, put === null ? headers : [...put(headers)]),
        query: copyQuery(request.query),
      }
    },
    /**
     * For V1 once more, which has just seen all of it: whatever were missing would make a difference, but
     * for what the copy to V2 lacks as well, or the two could not be held against each other.
     */
    noise(request: Copied): CopyOf {
      const asked = unconditional(request)
      const headers = [...(asLive.v1 === null ? asked : asLive.v1(asked))]
      return { headers: finished(request, 'v1', headers), query: request.query }
    },
  }
}

/** Something unsafe stays under its conditions. */
function unconditional({ method, headers }: Copied): readonly string[] {
  return isSafe(method) ? withoutConditions(headers) : headers
}

export type CopyHeads = ReturnType<typeof createCopyHeads>

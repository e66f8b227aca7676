import type { AuthRule, JwtRule } from '../config/auth-rule.ts'
import type { GatewayRequest } from '../ingress/request.ts'
import type { Caller } from './caller.ts'
import { type Claims, claimAt } from './claims.ts'
import { withoutCookie } from './token-cookie.ts'

/** The request as upstreams are to see it. */
export type PassOn = (request: GatewayRequest, caller: Caller) => GatewayRequest

/**
 * Makes what a policy tells upstreams of its callers; null where it changes nothing. Headers that
 * carry a claim never come from the client: what it sent under these names is gone, claim or not.
 */
export function createPassOn(auth: AuthRule): PassOn | null {
  if (auth === 'public') return null
  const { claims, dropsToken } = auth.forward
  if (claims.length === 0 && !dropsToken) return null
  const ours = new Set(claims.map(({ header }) => header))
  if (dropsToken) ours.add('authorization')
  const cookie = dropsToken ? auth.cookie : null

  return (request, caller) => {
    const headers: string[] = []
    for (let at = 0; at < request.headers.length; at += 2) {
      const name = request.headers[at] as string
      const value = request.headers[at + 1] as string
      if (ours.has(name)) continue
      if (cookie === null || name !== 'cookie') headers.push(name, value)
      else {
        const rest = withoutCookie(value, cookie)
        if (rest !== '') headers.push(name, rest)
      }
    }
    if (caller.claims !== null) tell(headers, claims, caller.claims)
    return { ...request, headers }
  }
}

function tell(headers: string[], told: JwtRule['forward']['claims'], claims: Claims): void {
  for (const { header, claim } of told) {
    const value = headerValueOf(claimAt(claims, claim))
    if (value !== null) headers.push(header, value)
  }
}

/** Printable ASCII without space around it: what is left of RFC 9110 section 5.5 when no backend may read it otherwise. */
const safe = /^[!-~]([ -~]*[!-~])?$/

/** A claim as the value of a header; null for what none can carry unchanged. */
export function headerValueOf(claim: unknown): string | null {
  if (!Array.isArray(claim)) return textOf(claim)
  const texts = claim.map(textOf)
  // An element with a comma would be read as two.
  if (texts.length === 0 || texts.some(text => text === null || text.includes(','))) return null
  return texts.join(',')
}

function textOf(value: unknown): string | null {
  if (typeof value === 'number' || typeof value === 'boolean') return String(value)
  return typeof value === 'string' && safe.test(value) ? value : null
}

import type { ClaimPath } from '../config/auth-rule.ts'

/** What a verified token says of its caller (RFC 7519 section 4). */
export type Claims = Readonly<Record<string, unknown>>

/**
 * The value of a claim, or undefined. A claim that is called so as a whole comes first: namespaced
 * names such as `https://example.com/roles` have dots of their own.
 */
export function claimAt(claims: Claims, { name, steps }: ClaimPath): unknown {
  if (Object.hasOwn(claims, name)) return claims[name]
  let value: unknown = claims
  for (const step of steps) {
    if (typeof value !== 'object' || value === null || !Object.hasOwn(value, step)) return undefined
    value = (value as Claims)[step]
  }
  return value
}

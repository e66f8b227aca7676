import { hash } from 'node:crypto'
import { relative } from 'node:path'
import type { AuthRule, IssuerRule } from '../config/auth-rule.ts'

/**
 * A digest of what a policy asks for as proof of a caller: as long as it stays, whoever was believed
 * under it still is. What such a caller may do is judged anew, and no part of it. Null for a public policy.
 *
 * @param dir The configuration directory: the same files elsewhere ask for the same.
 */
export function proofRule(auth: AuthRule, dir: string): string | null {
  if (auth === 'public') return null
  const { certificate, clockToleranceSeconds, requiredClaims, cookie } = auth
  const issuers = auth.issuers.map(issuer => ({ ...issuer, keys: placeOf(issuer, dir) }))
  const asked = { issuers, certificate, clockToleranceSeconds, requiredClaims, cookie }
  return hash('sha256', JSON.stringify(asked), 'hex').slice(0, 12)
}

function placeOf({ keys }: IssuerRule, dir: string): string {
  return 'url' in keys ? keys.url : relative(dir, keys.file)
}

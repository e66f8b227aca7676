import { hash } from 'node:crypto'
import { relative, resolve } from 'node:path'
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

/** A file elsewhere is the same one for every directory that names it, however far that lies from it. */
function placeOf({ keys }: IssuerRule, dir: string): string {
  if ('url' in keys) return keys.url
  const within = relative(dir, keys.file)
  return within.startsWith('..') ? resolve(keys.file) : within
}

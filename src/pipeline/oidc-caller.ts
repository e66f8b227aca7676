import type { AdminFault, Person } from '../admin/who-asks.ts'
import type { AdminRule, OidcRule } from '../config/admin-rule.ts'
import { type Claims, claimAt } from '../identity/claims.ts'

export type OidcCaller =
  | { readonly ok: true; readonly person: Person }
  | { readonly ok: false; readonly reason: AdminFault; readonly name: string | null }

/** Highest first: it is the one that counts. */
const roles = ['approver', 'operator', 'viewer'] as const

/**
 * Names stand in logs, tables and chat messages, and tell persons apart: none starts a line of its own
 * nor takes all of one, and nothing in them is unseen. What stands in brackets behind a name is what
 * its bearer wrote (`anna (root)`), so a name has none itself.
 */
const usable = /^(?! )[^\p{C}\p{Zl}\p{Zp}\p{Default_Ignorable_Code_Point}()]{1,64}(?<! )$/u

/** Who a verified JWT is to the admin listener, and as what. */
export function oidcCaller(
  claims: Claims,
  { nameClaim, rolesClaim, roles: names }: OidcRule,
  tokens: AdminRule['tokens'],
): OidcCaller {
  const written = claimAt(claims, nameClaim)
  // One text for what looks the same: wide letters, other spaces, accents put together.
  const name = typeof written === 'string' ? written.normalize('NFKC') : ''
  if (!usable.test(name)) return { ok: false, reason: 'name-unusable', name: null }
  // Whoever reads the audit could not tell the two apart.
  if (tokens.some(token => token.name.toLowerCase() === name.toLowerCase()))
    return { ok: false, reason: 'name-taken', name }
  const said = [claimAt(claims, rolesClaim)].flat()
  const role = roles.find(each => names[each].some(named => said.includes(named)))
  return role === undefined
    ? { ok: false, reason: 'role-missing', name }
    : { ok: true, person: { name, role } }
}

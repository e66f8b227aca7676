import type { AdminCaller, AdminFault } from '../admin/who-asks.ts'
import type { AdminRule, OidcRule } from '../config/admin-rule.ts'
import { type Claims, claimAt } from '../identity/claims.ts'

export type OidcCaller =
  | { readonly ok: true; readonly caller: AdminCaller }
  | { readonly ok: false; readonly reason: AdminFault; readonly name: string | null }

/** Highest first: it is the one that counts. */
const roles = ['approver', 'operator', 'viewer'] as const

/** Names stand in logs, tables and chat messages: none starts a line of its own, nor takes all of one. */
const usable = /^[^\p{Cc}\u2028\u2029]{1,64}$/u

/** Who a verified JWT is to the admin listener, and as what. */
export function oidcCaller(
  claims: Claims,
  { nameClaim, rolesClaim, roles: names }: OidcRule,
  tokens: AdminRule['tokens'],
): OidcCaller {
  const name = claimAt(claims, nameClaim)
  if (typeof name !== 'string' || !usable.test(name)) {
    return { ok: false, reason: 'name-unusable', name: null }
  }
  // The audit could not tell the two apart.
  if (tokens.some(token => token.name === name)) return { ok: false, reason: 'name-taken', name }
  const said = [claimAt(claims, rolesClaim)].flat()
  const role = roles.find(each => names[each].some(named => said.includes(named)))
  return role === undefined
    ? { ok: false, reason: 'role-missing', name }
    : { ok: true, caller: { name, role } }
}

import type { AccessRule, ClaimPath, Demand } from '../config/auth-rule.ts'
import { type Claims, claimAt } from './claims.ts'

/** Why a caller who is known may not do what was asked. */
export type AccessFault =
  | 'method-not-covered' // no entry of `allow` covers the method: nobody may
  | 'role-missing'
  | 'scope-missing' // the role is there, in one entry at least

export type MayDo = (method: string, claims: Claims) => AccessFault | null

/** What a policy asks of the callers that it knows; null where any of them may do anything. */
export function createAccess({ always, allow, rolesClaim, scopesClaim }: AccessRule): MayDo | null {
  if (allow === null && always.roles === null && always.scopes.length === 0) return null
  return (method, claims) => {
    const roles = namesAt(claims, rolesClaim, false)
    const scopes = namesAt(claims, scopesClaim, true)
    const refused = lackOf(always, roles, scopes)
    if (refused !== null || allow === null) return refused
    let nearest: AccessFault = 'method-not-covered'
    for (const entry of allow) {
      if (entry.methods !== null && !entry.methods.includes(method)) continue
      const lack = lackOf(entry, roles, scopes)
      if (lack === null) return null
      if (nearest !== 'scope-missing') nearest = lack
    }
    return nearest
  }
}

type Names = readonly unknown[]

function lackOf(demand: Demand, roles: Names, scopes: Names): AccessFault | null {
  if (demand.roles !== null && !demand.roles.some(role => roles.includes(role)))
    return 'role-missing'
  return demand.scopes.every(scope => scopes.includes(scope)) ? null : 'scope-missing'
}

/** A list as it is; a text is one name, or several with spaces between. What is neither names nothing. */
function namesAt(claims: Claims, path: ClaimPath, spaced: boolean): Names {
  const value = claimAt(claims, path)
  if (Array.isArray(value)) return value
  if (typeof value !== 'string') return []
  return spaced ? value.split(' ') : [value]
}

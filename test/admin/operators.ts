import { hash } from 'node:crypto'
import type { TestContext } from 'node:test'
import { createAttempts } from '../../src/admin/attempts.ts'
import { adminRule } from '../../src/config/admin-rule.ts'
import type { AdminConfig, AdminRole } from '../../src/config/schema-admin.ts'
import { fixedKeySet } from '../../src/identity/key-set.ts'
import { createJwtVerifier } from '../../src/identity/verifier.ts'
import { createMemoryLimiter } from '../../src/limits/memory-limiter.ts'
import { createAdminCallers } from '../../src/pipeline/admin-callers.ts'
import type { Issuer } from '../identity/issuer.ts'
import { createManualClock } from '../support/manual-clock.ts'
import { startAdmin } from './admin-parts.ts'

/** A token that is as long as real ones, and the same in every test. */
export function tokenOf(name: string): string {
  return `sbadm_${hash('sha256', name, 'base64url')}`
}

/** An entry of `admin.tokens` for `tokenOf(name)`. */
export function entryOf(name: string, role: AdminRole, until?: string) {
  const entry = { name, role, sha256: hash('sha256', tokenOf(name)) }
  return until === undefined ? entry : { ...entry, until }
}

/** The headers of a request with this token. */
export function bearing(token: string): Record<string, string> {
  return { authorization: `Bearer ${token}` }
}

/** Anna is operator, Vera viewer, Otto approver. */
export const people: AdminConfig['tokens'] = [
  entryOf('anna', 'operator'),
  entryOf('vera', 'viewer'),
  entryOf('otto', 'approver'),
]

export type OidcConfig = NonNullable<AdminConfig['oidc']>

interface Options {
  readonly tokens?: AdminConfig['tokens']
  readonly oidc?: OidcConfig
  readonly issuer?: Pick<Issuer, 'jwks'>
  /** Wall-clock milliseconds at the start. */
  readonly now?: number
}

/** An admin listener that asks who they are; its clock is the test's. */
export async function startGuardedAdmin(t: TestContext, options: Options = {}) {
  const { tokens = people, oidc, issuer } = options
  const clock = createManualClock(options.now)
  const rule = adminRule({
    host: '127.0.0.1',
    port: 0,
    tokens,
    ...(oidc === undefined ? {} : { oidc }),
  })
  const verifier =
    rule.oidc === null || issuer === undefined
      ? null
      : createJwtVerifier({
          rule: { ...rule.oidc, issuers: [rule.oidc.issuer], requiredClaims: [] },
          keySets: [fixedKeySet(issuer.jwks)],
          clock,
        })
  const limiter = createMemoryLimiter({ clock })
  const attempts = createAttempts({ limiter, networkOf: address => address })
  const whoAsks = createAdminCallers({
    ...{ rule, verifier, attempts, clock },
    isRevoked: ({ jti }) => jti === 'taken-back',
  })
  return { ...(await startAdmin(t, whoAsks)), clock }
}

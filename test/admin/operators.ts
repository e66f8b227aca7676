import { hash, randomBytes } from 'node:crypto'
import type { TestContext } from 'node:test'
import { createAttempts } from '../../src/admin/attempts.ts'
import { adminRule } from '../../src/config/admin-rule.ts'
import type { AdminConfig, AdminRole } from '../../src/config/schema-admin.ts'
import { fixedKeySet } from '../../src/identity/key-set.ts'
import { createJwtVerifier } from '../../src/identity/verifier.ts'
import { createMemoryLimiter } from '../../src/limits/memory-limiter.ts'
import { createAdminCallers } from '../../src/pipeline/admin-callers.ts'
import { createAdminSessions } from '../../src/pipeline/admin-sessions.ts'
import { createOidcDoor } from '../../src/pipeline/oidc-door.ts'
import { createControlMetrics } from '../../src/telemetry/control-metrics.ts'
import { createLog } from '../../src/telemetry/log.ts'
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
  const config = {
    host: '127.0.0.1',
    port: 0,
    tokens,
    session: { idleFor: '30m', lastsFor: '12h' },
    ...(oidc === undefined ? {} : { oidc }),
  }
  const rule = adminRule(config)
  const keySet = issuer === undefined ? null : fixedKeySet(issuer.jwks)
  const verifier =
    rule.oidc === null || keySet === null
      ? null
      : createJwtVerifier({
          rule: { ...rule.oidc, issuers: [rule.oidc.issuer], requiredClaims: [] },
          keySets: [keySet],
          clock,
        })
  const attempts = createAttempts({
    limiter: createMemoryLimiter({ clock }),
    networkOf: address => address,
  })
  const revoked = new Set<unknown>(['taken-back'])
  const callersBy = (next: typeof rule) =>
    createAdminCallers({
      ...{ rule: next, verifier, attempts, clock },
      isRevoked: ({ jti }) => revoked.has(jti),
    })
  const metrics = createControlMetrics({ ownProcess: false })
  const lines: string[] = []
  const sessions = createAdminSessions({
    ...{ clock, randomBytes, metrics: metrics.sessions, isSecure: false },
    networkOf: address => address,
    log: createLog('info', { write: line => void lines.push(line) }).log,
  })
  t.after(sessions.close)
  const login = rule.oidc?.login ?? null
  const callers = callersBy(rule)
  const door =
    rule.oidc === null || keySet === null || login === null
      ? null
      : createOidcDoor({ rule: rule.oidc, login, keySet, callers, attempts, clock })
  sessions.follow(rule.session, { callers, door })
  const admin = await startAdmin(t, sessions.whoAsks(), sessions.desk)
  return {
    ...{ ...admin, clock, revoked, lines },
    /** As a reload does that changes who may ask. */
    reload(change: Partial<Pick<AdminConfig, 'tokens' | 'oidc'>>): void {
      const next = adminRule({ ...config, ...change })
      sessions.follow(next.session, { callers: callersBy(next), door })
      admin.accessChanged()
    },
    counted: () => metrics.registry.metrics(),
  }
}

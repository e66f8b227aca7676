import { createAttempts } from '../admin/attempts.ts'
import type { AdminAccess } from '../admin/require-role.ts'
import type { AdminFault } from '../admin/who-asks.ts'
import type { Clock } from '../clock.ts'
import { adminRule } from '../config/admin-rule.ts'
import { isLoopback } from '../config/loopback.ts'
import type { AdminConfig } from '../config/schema-admin.ts'
import type { Snapshot } from '../config/snapshot.ts'
import type { Revocations } from '../identity/revocations.ts'
import { createJwtVerifier } from '../identity/verifier.ts'
import { clientNetwork, plainAddress } from '../ingress/peers.ts'
import { createMemoryLimiter } from '../limits/memory-limiter.ts'
import { createAdminRefusalLog } from '../telemetry/admin-refusal-log.ts'
import type { ControlMetrics } from '../telemetry/control-metrics.ts'
import { createKeySetLog } from '../telemetry/key-set-log.ts'
import type { Logger } from '../telemetry/log.ts'
import { createAdminCallers } from './admin-callers.ts'
import { type AskedBy, createAdminSessions } from './admin-sessions.ts'
import { createKeySets } from './key-sets.ts'
import { createOidcDoor } from './oidc-door.ts'

export interface AdminAccessDeps {
  readonly clock: Clock
  readonly log: Logger
  readonly metrics: ControlMetrics
  readonly isRevoked: Revocations['isRevoked']
  /** As the listener was opened: its address, and whether it speaks TLS, stay for its life. */
  readonly bound: Pick<AdminConfig, 'host' | 'tls'>
  readonly randomBytes: (size: number) => Buffer
  /** Hears of the address of each request that was refused for who asked. */
  readonly onTrouble: (address: string) => void
}

/** The provider's trouble and nobody's, and a page that was left open: a restart ends every session. */
const harmless = new Set<AdminFault>(['keys-unavailable', 'provider-unavailable', 'session-over'])

/** Networks whose attempts are counted at the same time. */
const maxNetworks = 10_000

/** Who may ask the admin listener by the snapshot in force. */
export function createAdminAccess(deps: AdminAccessDeps) {
  const { clock, log, metrics, isRevoked, bound } = deps
  const sessions = createAdminSessions({
    ...{ ...deps, metrics: metrics.sessions },
    ...{ isSecure: bound.tls !== undefined, networkOf: clientNetwork },
  })
  const keySets = createKeySets({
    clock,
    onEvent: createKeySetLog(log, metrics),
    issuersOf: ({ process }) => {
      const { oidc } = adminRule(process.admin)
      return oidc === null ? [] : [oidc.issuer]
    },
  })
  metrics.identity.watch(keySets.status)
  const limiter = createMemoryLimiter({ clock, maxBuckets: maxNetworks })
  const attempts = createAttempts({ limiter, networkOf: clientNetwork })
  const tell = createAdminRefusalLog(log, metrics, clock)
  const access: AdminAccess = {
    whoAsks: sessions.whoAsks,
    onRefused(refused) {
      tell({ ...refused, address: plainAddress(refused.address) })
      if (!harmless.has(refused.reason)) deps.onTrouble(refused.address)
    },
  }

  return {
    access,
    sessions: sessions.desk,
    /** Rejects, and leaves all as it is, where that cannot be done. */
    async prepare(snapshot: Snapshot) {
      const rule = adminRule(snapshot.process.admin)
      const nextKeys = await keySets.prepare(snapshot)
      let next: AskedBy | null = null
      try {
        // An address that others reach asks who they are, whatever the files have come to say.
        if (rule.tokens.length > 0 || rule.oidc !== null || !isLoopback(bound.host)) {
          const { oidc } = rule
          const keySet = oidc === null ? null : nextKeys.keySetAt(oidc.issuer.keys)
          const verifier =
            oidc === null || keySet === null
              ? null
              : createJwtVerifier({
                  rule: { ...oidc, issuers: [oidc.issuer], requiredClaims: [] },
                  keySets: [keySet],
                  clock,
                })
          const callers = createAdminCallers({ rule, verifier, isRevoked, attempts, clock })
          const login = oidc?.login ?? null
          const door =
            oidc === null || keySet === null || login === null
              ? null
              : createOidcDoor({ rule: oidc, login, keySet, callers, attempts, clock })
          next = { callers, door }
        }
      } catch (error) {
        nextKeys.discard()
        throw error
      }
      return {
        commit(): void {
          nextKeys.commit()
          sessions.follow(rule.session, next)
        },
        discard: nextKeys.discard,
      }
    },
    async close(): Promise<void> {
      sessions.close()
      keySets.close()
      await limiter.close()
    },
  }
}

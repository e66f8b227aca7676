import { hash } from 'node:crypto'
import type { Attempts } from '../admin/attempts.ts'
import { heldToken } from '../admin/held-token.ts'
import type { AdminFault, Asked, WhoAsks } from '../admin/who-asks.ts'
import type { Clock } from '../clock.ts'
import type { AdminRule } from '../config/admin-rule.ts'
import { isCompactToken, readBearer } from '../identity/bearer.ts'
import type { Revocations } from '../identity/revocations.ts'
import type { JwtVerifier } from '../identity/verifier.ts'
import { oidcCaller } from './oidc-caller.ts'

export interface AdminCallersDeps {
  readonly rule: AdminRule
  /** Verifies the JWTs of `oidc`; null without it. */
  readonly verifier: JwtVerifier | null
  readonly isRevoked: Revocations['isRevoked']
  readonly attempts: Attempts
  readonly clock: Clock
}

/** Who asks the admin listener: somebody of `tokens`, or somebody whom the identity provider vouches for. */
export function createAdminCallers(deps: AdminCallersDeps): WhoAsks {
  const { rule, verifier, isRevoked, attempts, clock } = deps

  async function examine(token: string, digest: Buffer): Promise<Asked> {
    const held = heldToken(rule.tokens, digest)
    if (held !== null) {
      const { name, role, untilMs } = held
      return untilMs !== null && clock.now() >= untilMs
        ? refused('token-expired', name)
        : { ok: true, caller: { name, role } }
    }
    if (rule.oidc === null || verifier === null || !isCompactToken(token)) {
      return refused('token-unknown')
    }
    const verified = await verifier.verify(token)
    if (!verified.ok) return refused(verified.reason)
    if (isRevoked(verified.claims)) return refused('revoked')
    const known = oidcCaller(verified.claims, rule.oidc, rule.tokens)
    return known.ok ? known : refused(known.reason, known.name)
  }

  return async (headers, address) => {
    const bearer = readBearer(headers, null)
    if (!bearer.ok) return refused(bearer.reason)
    const digest = hash('sha256', bearer.token, 'buffer')
    const id = digest.toString('base64')
    const waitMs = await attempts.waitMs(id, address)
    if (waitMs > 0) return { ...refused('too-many-attempts'), retryAfterMs: waitMs }
    const asked = await examine(bearer.token, digest)
    if (asked.ok) attempts.proved(id)
    return asked
  }
}

function refused(reason: AdminFault, name: string | null = null): Extract<Asked, { ok: false }> {
  return { ok: false, reason, name, retryAfterMs: 0 }
}

import { hash } from 'node:crypto'
import type { Attempts } from '../admin/attempts.ts'
import { heldToken } from '../admin/held-token.ts'
import type { Proof, Proven } from '../admin/session/proof.ts'
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

export interface AdminCallers {
  /** Whom the Authorization of a request proves. */
  readonly byHeaders: WhoAsks
  /** Whom a token proves; guesses of an address are bounded. */
  byToken(token: string, address: string): Promise<Proven>
  /** Whom it proves by now. */
  byProof(proof: Proof): Proven
}

/** Who asks the admin listener: somebody of `tokens`, or somebody whom the identity provider vouches for. */
export function createAdminCallers(deps: AdminCallersDeps): AdminCallers {
  const { rule, verifier, isRevoked, attempts, clock } = deps

  function byProof(proof: Proof): Proven {
    return proof.by === 'token' ? byHash(proof) : byClaims(proof)
  }

  function byHash(proof: Extract<Proof, { by: 'token' }>): Proven {
    const held = heldToken(rule.tokens, Buffer.from(proof.sha256, 'hex'))
    if (held === null) return refused('token-unknown')
    const { name, role, untilMs } = held
    return untilMs !== null && clock.now() >= untilMs
      ? refused('token-expired', name)
      : { ok: true, person: { name, role }, proof }
  }

  function byClaims(proof: Extract<Proof, { by: 'oidc' }>): Proven {
    const { issuer, audience, claims, untilMs } = proof
    // The files may name another provider by now, or believe it for others.
    if (rule.oidc === null || rule.oidc.issuer.issuer !== issuer) return refused('issuer-unknown')
    const believed = [rule.oidc.issuer.audience, rule.oidc.login?.clientId]
    if (!believed.includes(audience)) return refused('claims-refused')
    if (untilMs !== null && clock.now() >= untilMs) return refused('token-expired')
    if (isRevoked(claims)) return refused('revoked')
    const known = oidcCaller(claims, rule.oidc, rule.tokens)
    return known.ok ? { ...known, proof } : refused(known.reason, known.name)
  }

  async function examine(token: string, sha256: string): Promise<Proven> {
    const held = byHash({ by: 'token', sha256 })
    if (held.ok || held.reason !== 'token-unknown') return held
    if (rule.oidc === null || verifier === null || !isCompactToken(token)) return held
    const verified = await verifier.verify(token)
    if (!verified.ok) return refused(verified.reason)
    const { claims } = verified
    const { issuer: own, clockToleranceSeconds } = rule.oidc
    const untilMs = ((claims.exp as number) + clockToleranceSeconds) * 1000
    const { issuer, audience } = own
    return byClaims({ ...{ by: 'oidc', issuer, audience }, claims, untilMs })
  }

  async function byToken(token: string, address: string): Promise<Proven> {
    const digest = hash('sha256', token, 'hex')
    const waitMs = await attempts.waitMs(digest, address)
    if (waitMs > 0) return { ...refused('too-many-attempts'), retryAfterMs: waitMs }
    const proven = await examine(token, digest)
    if (proven.ok) attempts.proved(digest)
    return proven
  }

  return {
    byProof,
    byToken,
    async byHeaders(headers, address) {
      const bearer = readBearer(headers, null)
      if (!bearer.ok) return refused(bearer.reason)
      const proven = await byToken(bearer.token, address)
      return proven.ok ? { ok: true, caller: { ...proven.person, csrf: null } } : proven
    },
  }
}

function refused(reason: AdminFault, name: string | null = null): Extract<Asked, { ok: false }> {
  return { ok: false, reason, name, retryAfterMs: 0 }
}

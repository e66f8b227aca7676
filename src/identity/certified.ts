import type { Clock } from '../clock.ts'
import type { AccessRule, CertificateRule } from '../config/auth-rule.ts'
import type {
  CertificateFacts,
  CertificateLack,
  PeerCertificate,
} from '../ingress/peer-certificate.ts'
import type { Claims } from './claims.ts'

/** Why the certificate of a connection lets nobody in. */
export type CertificateFault =
  | CertificateLack
  | 'certificate-unnamed' // no name of the kind that the policy reads, or more than one
  | 'name-not-listed'

export type Certified =
  | { readonly ok: true; readonly claims: Claims }
  | { readonly ok: false; readonly reason: CertificateFault }

/** Answers for every request anew whether the certificate is in date, for all else once per connection. */
export type CheckCertificate = (peer: PeerCertificate) => Certified

const expired: Certified = { ok: false, reason: 'certificate-expired' }

/**
 * Makes a policy's question to a connection: whom did it prove to be, and may they come in? The
 * certificate becomes claims, as those of a token: the name as `sub`, its roles where the policy looks
 * for roles, and what else is to be known of it under `certificate`.
 */
export function createCertificateCheck(
  rule: CertificateRule,
  { rolesClaim }: Pick<AccessRule, 'rolesClaim'>,
  clock: Clock,
): CheckCertificate {
  const known = new WeakMap<PeerCertificate, Certified>()
  const listed = rule.names === null ? null : new Set(rule.names)
  const roles = new Map(Object.entries(rule.roles))

  function check(facts: CertificateFacts): Certified {
    const [name, second] = namesOf(facts, rule.id)
    if (!name || second !== undefined) return { ok: false, reason: 'certificate-unnamed' }
    if (listed !== null && !listed.has(name)) return { ok: false, reason: 'name-not-listed' }
    const { fingerprint, serial } = facts
    return {
      ok: true,
      claims: {
        [rolesClaim.name]: roles.get(name) ?? [],
        sub: name,
        certificate: { name, fingerprint, serial },
      },
    }
  }

  return peer => {
    if (!peer.ok) return peer
    if (clock.now() >= peer.expiresAt) return expired
    const before = known.get(peer)
    if (before !== undefined) return before
    const certified = check(peer)
    known.set(peer, certified)
    return certified
  }
}

function namesOf(facts: CertificateFacts, id: CertificateRule['id']): readonly string[] {
  if (id === 'cn') return facts.commonNames
  return id === 'san-dns' ? facts.dns : facts.uris
}

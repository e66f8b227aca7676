import type { JwtRule } from '../config/auth-rule.ts'
import type { GatewayRequest } from '../ingress/request.ts'
import { type BearerFault, readBearer } from './bearer.ts'
import type { CertificateFault, Certified, CheckCertificate } from './certified.ts'
import type { TokenFault, Verified } from './jwt.ts'
import type { JwtVerifier } from './verifier.ts'

export type CredentialsFault = BearerFault | TokenFault | CertificateFault

/** What a request proves of its caller. */
export type Proven = Verified | Certified | { readonly ok: false; readonly reason: BearerFault }

export type Prove = (request: GatewayRequest) => Proven | Promise<Proven>

export interface CredentialsDeps {
  /** Name of the route. */
  readonly route: string
  readonly auth: JwtRule
  /** Null where the policy asks for no token. */
  readonly verifier: JwtVerifier | null
  /** Null where the policy asks for no certificate. */
  readonly certificate: CheckCertificate | null
}

/**
 * Makes what a policy asks for as proof: a token, the certificate of the connection, both, or either.
 * Throws when it asks for what nobody is there to judge.
 */
export function createCredentials(deps: CredentialsDeps): Prove {
  const { route, auth, verifier, certificate } = deps
  const misses = (what: string): never => {
    throw new Error(
      `Cannot identify the callers of route ${route}: ${what} must be given for its policy, received null`,
    )
  }
  if (auth.certificate !== null && certificate === null) return misses('certificate')
  if (verifier === null) {
    if (auth.issuers.length > 0 || certificate === null) return misses('verifier')
    return request => certificate(request.certificate)
  }
  const { verify } = verifier
  const byToken: Prove = ({ headers }) => {
    const bearer = readBearer(headers, auth.cookie)
    return bearer.ok ? verify(bearer.token) : bearer
  }
  if (certificate === null) return byToken
  if (auth.certificate?.demand === 'both') {
    return request => {
      const certified = certificate(request.certificate)
      return certified.ok ? along(byToken(request), certified) : certified
    }
  }
  return request => {
    const certified = certificate(request.certificate)
    const proven = byToken(request)
    if (proven instanceof Promise || proven.ok || proven.reason !== 'token-missing')
      return along(proven, certified)
    // Who showed a certificate is told what is wrong with it, everybody else that a token is missing.
    return !certified.ok && certified.reason === 'certificate-missing' ? proven : certified
  }
}

/** The claims of a token, with `certificate` as the connection proves it, whatever the token says of one. */
function along(proven: Proven | Promise<Proven>, certified: Certified): Proven | Promise<Proven> {
  if (proven instanceof Promise) return proven.then(settled => along(settled, certified))
  if (!proven.ok) return proven
  const certificate = certified.ok ? certified.claims.certificate : undefined
  return { ok: true, claims: { ...proven.claims, certificate } }
}

import {
  createLocalJWKSet,
  decodeJwt,
  decodeProtectedHeader,
  errors,
  type JSONWebKeySet,
  jwtVerify,
} from 'jose'
import type { IssuerRule, JwtRule } from '../config/auth-rule.ts'
import type { Claims } from './claims.ts'

/** Why a token was refused. */
export type TokenFault =
  | 'token-malformed' // not a JWT
  | 'header-refused' // brings its own key or its own rules: `jwk`, `jku`, `x5u`, `crit`
  | 'issuer-unknown' // `iss` is missing or none of the policy's
  | 'algorithm-refused' // `alg` is not among the issuer's
  | 'keys-unavailable' // none of the issuer's keys could be had so far, or for too long
  | 'key-unknown' // no single key of the set fits `kid` and `alg`
  | 'key-unusable' // the set's key is broken, private or too short
  | 'signature-refused'
  | 'token-expired'
  | 'token-not-yet-valid'
  | 'claims-refused' // `aud` differs, or `exp` or a required claim is missing

export type Verified =
  | { readonly ok: true; readonly claims: Claims }
  | { readonly ok: false; readonly reason: TokenFault }

/** What a token says of itself before anything of it is believed. */
export interface TokenSays {
  readonly algorithm: string
  /** `iss`, whatever it is. */
  readonly issuer: unknown
}

/** Header parameters with which a token would choose its own key, or ask for rules we do not know. */
const selfVouching = ['jwk', 'jku', 'x5u', 'crit']

/** Reads a compact token without verifying it. */
export function readToken(
  token: string,
): ({ readonly ok: true } & TokenSays) | { readonly ok: false; readonly reason: TokenFault } {
  try {
    const header = decodeProtectedHeader(token)
    if (selfVouching.some(name => Object.hasOwn(header, name)))
      return { ok: false, reason: 'header-refused' }
    if (typeof header.alg !== 'string') return { ok: false, reason: 'token-malformed' }
    return { ok: true, algorithm: header.alg, issuer: decodeJwt(token).iss }
  } catch {
    return { ok: false, reason: 'token-malformed' }
  }
}

/** Verifies a token, never rejects. */
export type CheckToken = (token: string, now: number) => Promise<Verified>

/**
 * Makes the check of an issuer's tokens against one key set. Throws when `jwks` is not a JSON Web Key
 * Set (RFC 7517 section 5). `now` is wall-clock time in milliseconds.
 */
export function createTokenCheck(
  jwks: object,
  { issuer, audience, algorithms }: IssuerRule,
  rule: Pick<JwtRule, 'clockToleranceSeconds' | 'requiredClaims'>,
): CheckToken {
  const keys = readKeys(jwks)
  const demands = {
    issuer,
    audience,
    algorithms: [...algorithms],
    clockTolerance: rule.clockToleranceSeconds,
    requiredClaims: ['exp', ...rule.requiredClaims],
  }
  return async (token, now) => {
    try {
      const { payload } = await jwtVerify(token, keys, { ...demands, currentDate: new Date(now) })
      return { ok: true, claims: payload }
    } catch (error) {
      return { ok: false, reason: faultOf(error) }
    }
  }
}

function readKeys(jwks: object) {
  try {
    return createLocalJWKSet(jwks as JSONWebKeySet)
  } catch (cause) {
    throw new Error(
      `Cannot read the key set: it must be an object with "keys", an array of JSON Web Keys, received fields ${JSON.stringify(Object.keys(jwks))}`,
      { cause },
    )
  }
}

function faultOf(error: unknown): TokenFault {
  if (error instanceof errors.JWTExpired) return 'token-expired'
  if (error instanceof errors.JWTClaimValidationFailed)
    return error.claim === 'nbf' ? 'token-not-yet-valid' : 'claims-refused'
  if (error instanceof errors.JOSEAlgNotAllowed) return 'algorithm-refused'
  if (error instanceof errors.JWSSignatureVerificationFailed) return 'signature-refused'
  if (error instanceof errors.JWKSNoMatchingKey) return 'key-unknown'
  if (error instanceof errors.JWKSMultipleMatchingKeys) return 'key-unknown'
  if (error instanceof errors.JWSInvalid || error instanceof errors.JWTInvalid)
    return 'token-malformed'
  // What is left is the key's fault: jose and WebCrypto throw a TypeError or DOMException each.
  return 'key-unusable'
}

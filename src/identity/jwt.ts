import {
  createLocalJWKSet,
  decodeProtectedHeader,
  errors,
  type JSONWebKeySet,
  jwtVerify,
} from 'jose'
import type { Clock } from '../clock.ts'
import type { JwtConfig } from '../config/schema-policy.ts'
import { isCompactToken } from './bearer.ts'

/** Why a token was refused. */
export type TokenFault =
  | 'token-malformed' // not a JWT
  | 'header-refused' // brings its own key or its own rules: `jwk`, `jku`, `x5u`, `crit`
  | 'algorithm-refused' // `alg` is not among the policy's
  | 'key-unknown' // no single key of the set fits `kid` and `alg`
  | 'key-unusable' // the set's key is broken, private or too short
  | 'signature-refused'
  | 'token-expired'
  | 'token-not-yet-valid'
  | 'claims-refused' // `iss` or `aud` differ, or `exp` is missing

export type Claims = Readonly<Record<string, unknown>>

export type Verified =
  | { readonly ok: true; readonly claims: Claims }
  | { readonly ok: false; readonly reason: TokenFault }

export interface JwtVerifier {
  /** Never throws and never rejects. Answers at once for a token that is known, else after the signature check. */
  verify(token: string): Verified | Promise<Verified>
}

export interface JwtVerifierOptions {
  readonly config: JwtConfig
  /** Parsed content of the policy's JWKS file. */
  readonly jwks: object
  readonly clock: Clock
  /** Verified tokens remembered; the oldest goes first. Default 10,000. */
  readonly maxCached?: number
}

interface Remembered {
  readonly verified: Verified
  readonly untilMs: number
}

/** Verifies JWTs against one key set. Throws when `jwks` is not a JSON Web Key Set (RFC 7517 section 5). */
export function createJwtVerifier(options: JwtVerifierOptions): JwtVerifier {
  const { config, clock, maxCached = 10_000 } = options
  const keys = readKeys(options.jwks)
  // The key is the whole token: a cached payload must never vouch for another signature. Failures
  // are not kept, or a flood of bad tokens would push the good ones out.
  const cache = new Map<string, Remembered>()

  function remember(token: string, verified: Verified, untilMs: number): void {
    if (cache.size >= maxCached && !cache.has(token))
      cache.delete(cache.keys().next().value as string)
    cache.set(token, { verified, untilMs })
  }

  async function check(token: string): Promise<Verified> {
    const header = readHeader(token)
    if (header === null) return refused('token-malformed')
    if (selfVouching.some(name => Object.hasOwn(header, name))) return refused('header-refused')
    try {
      const { payload } = await jwtVerify(token, keys, {
        algorithms: config.algorithms,
        issuer: config.issuer,
        audience: config.audience,
        clockTolerance: config.clockToleranceSeconds,
        currentDate: new Date(clock.now()),
        requiredClaims: ['exp'],
      })
      const verified: Verified = { ok: true, claims: payload }
      const untilMs = (payload.exp as number) * 1000
      if (untilMs > clock.now()) remember(token, verified, untilMs)
      return verified
    } catch (error) {
      return refused(faultOf(error))
    }
  }

  return {
    verify(token) {
      const known = cache.get(token)
      if (known !== undefined) {
        if (clock.now() < known.untilMs) return known.verified
        cache.delete(token)
      }
      return isCompactToken(token) ? check(token) : refused('token-malformed')
    },
  }
}

/** Header parameters with which a token would choose its own key, or ask for rules we do not know. */
const selfVouching = ['jwk', 'jku', 'x5u', 'crit']

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

function readHeader(token: string): object | null {
  try {
    return decodeProtectedHeader(token)
  } catch {
    return null
  }
}

function refused(reason: TokenFault): Verified {
  return { ok: false, reason }
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

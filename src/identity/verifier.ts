import type { Clock } from '../clock.ts'
import type { IssuerRule, JwtRule } from '../config/auth-rule.ts'
import { isCompactToken } from './bearer.ts'
import {
  type CheckToken,
  createTokenCheck,
  readToken,
  type TokenFault,
  type Verified,
} from './jwt.ts'
import type { KeySet } from './key-set.ts'

export interface JwtVerifier {
  /** Never throws and never rejects. Answers at once for a token that is known, else after the signature check. */
  verify(token: string): Verified | Promise<Verified>
}

export interface JwtVerifierOptions {
  readonly rule: Pick<JwtRule, 'issuers' | 'clockToleranceSeconds' | 'requiredClaims'>
  /** The keys of each issuer of the rule, in its order. */
  readonly keySets: readonly KeySet[]
  readonly clock: Clock
  /** Verified tokens remembered; the oldest goes first. Default 10,000. */
  readonly maxCached?: number
}

/** One issuer with its keys, and the check made of those that were last in force. */
interface Issuer {
  readonly rule: IssuerRule
  readonly keySet: KeySet
  keys: object | null
  check: CheckToken
}

interface Remembered {
  readonly verified: Verified
  readonly untilMs: number
  readonly issuer: Issuer
  /** By which it was verified. */
  readonly keys: object
}

/**
 * Verifies JWTs of the issuers of one policy. Their `iss` chooses whose keys are asked, and those must
 * then have signed it. Throws when keys that are there already are no JSON Web Key Set.
 */
export function createJwtVerifier(options: JwtVerifierOptions): JwtVerifier {
  const { rule, clock, maxCached = 10_000 } = options
  // The key is the whole token: a cached payload must never vouch for another signature. Failures
  // are not kept, or a flood of bad tokens would push the good ones out.
  const cache = new Map<string, Remembered>()
  const issuers = new Map<unknown, Issuer>()
  for (const [i, each] of rule.issuers.entries()) {
    const keySet = options.keySets[i]
    if (keySet === undefined)
      throw new Error(
        `Cannot verify tokens of ${each.issuer}: keySets must have one for each issuer, received ${options.keySets.length}`,
      )
    const issuer: Issuer = { rule: each, keySet, keys: null, check: withoutKeys }
    renew(issuer)
    issuers.set(each.issuer, issuer)
  }

  /** Takes over the keys in force. */
  function renew(issuer: Issuer): void {
    const keys = issuer.keySet.current()
    if (keys === issuer.keys) return
    issuer.check = keys === null ? withoutKeys : createTokenCheck(keys, issuer.rule, rule)
    issuer.keys = keys
  }

  function remember(token: string, remembered: Remembered): void {
    if (cache.size >= maxCached && !cache.has(token))
      cache.delete(cache.keys().next().value as string)
    cache.set(token, remembered)
  }

  async function check(token: string): Promise<Verified> {
    const says = readToken(token)
    if (!says.ok) return says
    const issuer = issuers.get(says.issuer)
    if (issuer === undefined) return refused('issuer-unknown')
    // Before its keys are asked for: what could never pass is worth no fetch.
    if (!issuer.rule.algorithms.some(algorithm => algorithm === says.algorithm))
      return refused('algorithm-refused')
    const first = await checkBy(issuer, token)
    if (first.ok || !lacksKey(first.reason)) return first
    const more = issuer.keySet.more()
    if (more === null) return first
    await more
    return checkBy(issuer, token)
  }

  async function checkBy(issuer: Issuer, token: string): Promise<Verified> {
    renew(issuer)
    const { keys } = issuer
    const verified = await issuer.check(token, clock.now())
    if (!verified.ok || keys === null) return verified
    const untilMs = (verified.claims.exp as number) * 1000
    if (untilMs > clock.now()) remember(token, { verified, untilMs, issuer, keys })
    return verified
  }

  return {
    verify(token) {
      const known = cache.get(token)
      if (known !== undefined) {
        if (clock.now() < known.untilMs && known.issuer.keySet.current() === known.keys)
          return known.verified
        cache.delete(token)
      }
      return isCompactToken(token) ? check(token) : refused('token-malformed')
    },
  }
}

function refused(reason: TokenFault): Verified {
  return { ok: false, reason }
}

async function withoutKeys(): Promise<Verified> {
  return refused('keys-unavailable')
}

function lacksKey(reason: TokenFault): boolean {
  return reason === 'key-unknown' || reason === 'keys-unavailable'
}

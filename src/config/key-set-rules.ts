import { createPublicKey, type webcrypto } from 'node:crypto'
import type { ContentProblem } from './content-problem.ts'
import type { JwtConfig } from './schema-auth.ts'

export type Algorithm = JwtConfig['algorithms'][number]

/** Kind of key that each algorithm takes (RFC 7518 section 3.1, RFC 8037 section 3.1). */
const kinds: { readonly [Each in Algorithm]: string } = {
  RS256: 'RSA',
  PS256: 'RSA',
  ES256: 'EC P-256',
  EdDSA: 'OKP Ed25519',
}

/** RFC 7518 section 3.3. */
const minRsaBits = 2048

/** A key as found: a field may hold anything. */
type Written = Readonly<Record<string, unknown>>

/**
 * A JSON Web Key Set (RFC 7517 section 5) that can verify a token by one of `algorithms`. Keys that
 * fit none of them are let be, since a provider may publish more than one policy needs.
 */
export function keySetProblem(
  text: string,
  algorithms: readonly Algorithm[],
): ContentProblem | null {
  const set = 'a JSON Web Key Set with a list "keys"'
  const keys = readKeys(text)
  if (typeof keys === 'string') return { rule: set, received: keys }
  for (const [i, key] of keys.entries()) {
    if (!isObject(key))
      return { rule: `${set} of objects`, received: `another value as keys[${i}]` }
    const secret = secretInWords(key)
    if (secret === null) continue
    return { rule: 'a JSON Web Key Set of public keys only', received: `${secret} as keys[${i}]` }
  }
  if (algorithms.length === 0) return null
  const objects = keys.filter(isObject)
  if (objects.some(key => algorithms.some(algorithm => fits(key, algorithm)))) return null
  return {
    rule: `a JSON Web Key Set with a public key for ${algorithms.join(' or ')}`,
    received: objects.map(key => inWords(key, algorithms)).join('; '),
  }
}

/** The list of keys, or what there is instead. */
function readKeys(text: string): readonly unknown[] | string {
  if (text.trim() === '') return 'an empty file'
  let set: unknown
  try {
    set = JSON.parse(text)
  } catch {
    return 'text that is not JSON'
  }
  if (!isObject(set)) return 'JSON that is not an object'
  if (!Array.isArray(set.keys)) return 'an object without one'
  return set.keys.length === 0 ? 'an empty list of keys' : set.keys
}

function secretInWords(key: Written): string | null {
  if (key.kty === 'oct' || Object.hasOwn(key, 'k')) return 'a symmetric key'
  return Object.hasOwn(key, 'd') ? 'a private key' : null
}

function fits(key: Written, algorithm: Algorithm): boolean {
  return kindOf(key) === kinds[algorithm] && misfit(key, [algorithm]) === null
}

function inWords(key: Written, algorithms: readonly Algorithm[]): string {
  const kind = kindOf(key)
  const fitting = algorithms.filter(algorithm => kinds[algorithm] === kind)
  const reason = fitting.length === 0 ? null : misfit(key, fitting)
  return reason === null ? `a key of kind ${kind}` : `a key of kind ${kind} ${reason}`
}

/** Why a key of the right kind cannot verify; null when it can. */
function misfit(key: Written, algorithms: readonly string[]): string | null {
  const { alg, use, key_ops: operations } = key
  if (alg !== undefined && !algorithms.includes(String(alg)))
    return `for alg ${JSON.stringify(alg)}`
  if (use !== undefined && use !== 'sig') return `for use ${JSON.stringify(use)}`
  if (Array.isArray(operations) && !operations.includes('verify'))
    return 'whose key_ops lack verify'
  try {
    const { asymmetricKeyDetails } = createPublicKey({
      key: key as webcrypto.JsonWebKey,
      format: 'jwk',
    })
    const bits = asymmetricKeyDetails?.modulusLength
    return bits !== undefined && bits < minRsaBits ? `of ${bits} bits, below ${minRsaBits}` : null
  } catch {
    return 'that cannot be read'
  }
}

function kindOf({ kty, crv }: Written): string {
  if (kty === undefined) return 'unknown (no kty)'
  return crv === undefined ? String(kty) : `${kty} ${crv}`
}

function isObject(value: unknown): value is Written {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

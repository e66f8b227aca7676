import { generateKeyPairSync, type KeyObject } from 'node:crypto'

export const rsa = generateKeyPairSync('rsa', { modulusLength: 2048 })

export function jwk(key: KeyObject, fields: object = {}): object {
  return { ...key.export({ format: 'jwk' }), ...fields }
}

/** The text of a JSON Web Key Set. */
export function keySet(...keys: readonly unknown[]): string {
  return JSON.stringify({ keys })
}

/** A key set with one good key for RS256. */
export const goodKeySet = keySet(jwk(rsa.publicKey))

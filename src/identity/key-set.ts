/** The keys by which tokens of an issuer are verified. */
export interface KeySet {
  /**
   * Those in force: a parsed JSON Web Key Set (RFC 7517 section 5), or null while there are none. Other
   * keys are another object, so the object tells whether something was verified by what is in force.
   */
  current(): object | null
  /**
   * Asks for keys that are not among them. Resolves when there may be more to see or it was waited for
   * long enough, whichever is first; null when nothing will come of it now.
   */
  more(): Promise<void> | null
}

/** Keys out of a file: they stay as they are until the configuration is read anew. */
export function fixedKeySet(jwks: object): KeySet {
  return { current: () => jwks, more: () => null }
}

/** What a revocation names: one token, a caller, or a session (OpenID Connect Front-Channel Logout 1.0 section 3). */
export type RevocationKind = 'jti' | 'sub' | 'sid'

export const revocationKinds = ['jti', 'sub', 'sid'] as const satisfies readonly RevocationKind[]

/**
 * Tokens that are believed no longer, though their signature is right. Times are seconds since the
 * epoch, as in the tokens themselves (NumericDate, RFC 7519 section 2).
 */
export interface Revocation {
  readonly kind: RevocationKind
  /** The claim of that name. */
  readonly value: string
  /** Of whose tokens; null for every issuer. */
  readonly issuer: string | null
  /** Of a `sub`: its tokens with an `iat` before this, or without one. Null for the others. */
  readonly before: number | null
  /** When no token that it names can be valid any more, and it ends. */
  readonly until: number
}

/** The same for revocations of the same tokens, of which the one that ends last stands for all. */
export function revocationKey({ kind, value, issuer }: Revocation): string {
  return issuer === null ? `${kind} * ${value}` : `${kind} ${issuer.length} ${issuer} ${value}`
}

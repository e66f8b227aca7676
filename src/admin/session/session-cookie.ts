/** The cookie that carries the secret of a session. */
export interface SessionCookie {
  readonly name: string
  /** `Set-Cookie` (RFC 6265) that gives it to a browser until that is closed. */
  set(secret: string): string
  /** `Set-Cookie` that takes it away. */
  readonly cleared: string
}

/**
 * No script reads it, no request that begins on another site carries it. Over TLS its name begins with
 * `__Host-`, so that no other host of the domain, and nobody on the way, can put one of theirs there.
 */
export function sessionCookie({ isSecure }: { readonly isSecure: boolean }): SessionCookie {
  const name = isSecure ? '__Host-switchback_session' : 'switchback_session'
  const attributes = `Path=/; HttpOnly; SameSite=Strict${isSecure ? '; Secure' : ''}`
  return {
    name,
    set: secret => `${name}=${secret}; ${attributes}`,
    cleared: `${name}=; Max-Age=0; ${attributes}`,
  }
}

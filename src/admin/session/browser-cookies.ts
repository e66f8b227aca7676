/** A cookie that the listener gives to browsers, with something that nobody can guess. */
export interface BrowserCookie {
  readonly name: string
  /** `Set-Cookie` (RFC 6265) that gives it to a browser. */
  set(secret: string): string
  /** `Set-Cookie` that takes it away. */
  readonly cleared: string
}

interface Kind {
  /** Over TLS, where its name begins with `__Host-`: no other host of the domain, and nobody on the way, can put one of theirs there. */
  readonly isSecure: boolean
}

/** Carries a session until the browser is closed. No script reads it, no request that begins on another site carries it. */
export function sessionCookie({ isSecure }: Kind): BrowserCookie {
  return cookie('switchback_session', 'SameSite=Strict', '', isSecure)
}

/** Ties what comes back from an identity provider, which is another site, to the browser that was sent there. */
export function loginCookie({ isSecure }: Kind, lastsMs: number): BrowserCookie {
  return cookie('switchback_login', 'SameSite=Lax', `; Max-Age=${lastsMs / 1000}`, isSecure)
}

function cookie(plain: string, sameSite: string, lasts: string, isSecure: boolean): BrowserCookie {
  const name = isSecure ? `__Host-${plain}` : plain
  const attributes = `Path=/; HttpOnly; ${sameSite}${isSecure ? '; Secure' : ''}`
  return {
    name,
    set: secret => `${name}=${secret}; ${attributes}${lasts}`,
    cleared: `${name}=; ${attributes}; Max-Age=0`,
  }
}

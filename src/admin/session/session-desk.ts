import type { AdminCaller, Asked } from '../who-asks.ts'

/** What came of a login; `setCookie` is the header that gives the session to the browser. */
export type LoggedIn =
  | { readonly ok: true; readonly caller: AdminCaller; readonly setCookie: string }
  | Extract<Asked, { ok: false }>

/** By what a browser can log in. */
export interface LoginWays {
  /** A token of `admin.tokens`, or a JWT of `admin.oidc`. */
  readonly token: boolean
  /** The page of the identity provider. */
  readonly oidc: boolean
}

/** Begins and ends sessions of browsers. */
export interface SessionDesk {
  /** Null where nobody is asked who they are. */
  ways(): LoginWays | null
  /** Judges a token as at any request; a good one begins a session, in the place of the one that the headers name. */
  logIn(token: string, headers: readonly string[], address: string): Promise<LoggedIn>
  /** Ends the session that flat lower-case headers name. */
  logOut(headers: readonly string[]): void
  /** `Set-Cookie` that takes the cookie away. */
  readonly clearedCookie: string
}

import type { AdminCaller, Asked } from '../who-asks.ts'

type Refused = Extract<Asked, { ok: false }>

/** What came of a login; `setCookie` is the header that gives the session to the browser. */
export type LoggedIn =
  | { readonly ok: true; readonly caller: AdminCaller; readonly setCookie: string }
  | Refused

/** Where a browser goes to log in, and the cookie by which it is known when it comes back. */
export type SentOff =
  | { readonly ok: true; readonly location: string; readonly setCookie: string }
  | Refused

/** By what a browser can log in. */
export interface LoginWays {
  /** A token of `admin.tokens`, or a JWT of `admin.oidc`. */
  readonly token: boolean
  /** The page of the identity provider. */
  readonly oidc: boolean
}

/** Begins and ends sessions of browsers. Headers are flat, their names in lower case. */
export interface SessionDesk {
  /** Null where nobody is asked who they are. */
  ways(): LoginWays | null
  /** Host of the identity provider on whose page people log in; null for none. */
  providerHost(): string | null
  /** Judges a token as at any request; a good one begins a session, in the place of the one that the headers name. */
  logIn(token: string, headers: readonly string[], address: string): Promise<LoggedIn>
  /** Sends a browser to the identity provider; only where there is one. `again`: it is to ask anew who that is. */
  sendOff(address: string, again: boolean): Promise<SentOff>
  /** Judges what it comes back with: the query of the address, from its `?` on. */
  takeBack(query: string, headers: readonly string[], address: string): Promise<LoggedIn>
  /** Ends the session that the headers name. */
  logOut(headers: readonly string[]): void
  /** `Set-Cookie` that takes the cookie of a session away, and that of a login. */
  readonly cleared: { readonly session: string; readonly login: string }
}

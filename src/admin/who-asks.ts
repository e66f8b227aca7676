import type { AdminRole } from '../config/schema-admin.ts'
import type { BearerFault } from '../identity/bearer.ts'
import type { TokenFault } from '../identity/jwt.ts'
import type { CsrfFault } from './session/csrf.ts'
import type { ProviderFault } from './session/oidc-provider.ts'

/** Somebody who may ask. */
export interface Person {
  /** As it stands in the audit. */
  readonly name: string
  readonly role: AdminRole
}

/** Somebody who asks. */
export interface AdminCaller extends Person {
  /** What a change must carry besides, where a session vouches for the request; null for a bearer token. */
  readonly csrf: string | null
}

/** Why a request to the admin listener is refused for who asks. */
export type AdminFault =
  | BearerFault
  | TokenFault
  | CsrfFault
  | ProviderFault
  | 'session-over' // a cookie that no session has, or has any more
  | 'login-over' // back from the identity provider with a login that did not begin in this browser, or not lately
  | 'revoked' // a good JWT that was taken back
  | 'token-unknown' // none of `tokens`, and no JWT where `oidc` could take one
  | 'name-unusable' // `nameClaim` is missing, or no text of 1 to 64 visible characters without brackets
  | 'name-taken' // a JWT in the name of somebody of `tokens`, in whatever case
  | 'role-missing' // known, but the role is not enough, or there is none
  | 'too-many-attempts' // too many tokens were refused to this address

export type Asked =
  | { readonly ok: true; readonly caller: AdminCaller }
  | {
      readonly ok: false
      readonly reason: AdminFault
      /** Who it is, where that is known. */
      readonly name: string | null
      /** Milliseconds until a further attempt is looked at; 0 where that would not help. */
      readonly retryAfterMs: number
      /** What more is known of it, for the log; nothing secret. */
      readonly detail?: string
    }

/** Says who asks, by flat lower-case request headers and the address of the peer. Never rejects. */
export type WhoAsks = (headers: readonly string[], address: string) => Promise<Asked>

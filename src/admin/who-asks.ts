import type { AdminRole } from '../config/schema-admin.ts'
import type { BearerFault } from '../identity/bearer.ts'
import type { TokenFault } from '../identity/jwt.ts'

/** Somebody who may ask. */
export interface AdminCaller {
  /** As it stands in the audit. */
  readonly name: string
  readonly role: AdminRole
}

/** Why a request to the admin listener is refused for who asks. */
export type AdminFault =
  | BearerFault
  | TokenFault
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
    }

/** Says who asks, by flat lower-case request headers and the address of the peer. Never rejects. */
export type WhoAsks = (headers: readonly string[], address: string) => Promise<Asked>

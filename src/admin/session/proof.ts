import type { Claims } from '../../identity/claims.ts'
import type { Asked, Person } from '../who-asks.ts'

/**
 * By what somebody proved who they are, as a session remembers it: enough to ask at each request what
 * it is worth by now, and nothing with which it could be proven once more.
 */
export type Proof =
  /** A token of `admin.tokens`, by its SHA-256 in lower-case hex. */
  | { readonly by: 'token'; readonly sha256: string }
  /** What an identity provider said; good for a session until `untilMs` (wall clock), null for as long as that lasts. */
  | {
      readonly by: 'oidc'
      readonly issuer: string
      /** For whom it was said: `admin.oidc.audience`, or the client that people log in to. */
      readonly audience: string
      readonly claims: Claims
      readonly untilMs: number | null
    }

/** What came of looking at a token. */
export type Proven =
  | { readonly ok: true; readonly person: Person; readonly proof: Proof }
  | Extract<Asked, { ok: false }>

import type { Claims } from './claims.ts'

/** Who is asking, as far as the route wants to know. */
export interface Caller {
  /** Value of the route's `user` source, or null. */
  readonly userId: string | null
  /** Client address. */
  readonly address: string
  /** Values of the route's `properties` sources; a missing one is absent. */
  readonly properties: Readonly<Record<string, string>>
  /** Of the verified token, shared by all of its requests; null on a public route. */
  readonly claims: Claims | null
}

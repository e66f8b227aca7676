import type { RouteConfig } from '../config/schema-route.ts'
import type { Caller } from '../identity/caller.ts'
import { readCookie } from './cookie.ts'

/** Name of the cookie that makes a caller without a user id recognisable. */
export const sessionCookie = 'sb_sid'

/** What is hashed for one request: the same key gets the same variant while the flag stays the same. */
export interface StickyKey {
  readonly kind: RouteConfig['stickyKey'][number]
  readonly value: string
  /** Id of the caller's valid `sb_sid` cookie, also when the key is something else; or undefined. */
  readonly sessionId: string | undefined
  /** True for a new session id, which the answer must set as a cookie. */
  readonly fresh: boolean
}

/**
 * The first of the route's `stickyKey` that is known. A cookie is always known, since one is made
 * where none came; where the list runs out, the address is taken, because Unleash hashes a random
 * number for a caller without any key, and would send one caller to V1 and V2 in turn.
 *
 * @param newId Makes a session id: 22 characters of base64url, 16 random bytes.
 */
export function findStickyKey(
  order: RouteConfig['stickyKey'],
  caller: Caller,
  headers: readonly string[],
  newId: () => string,
): StickyKey {
  const sessionId = readCookie(headers, sessionCookie, isSessionId)
  for (const kind of order) {
    if (kind === 'address') break
    if (kind === 'cookie') {
      return { kind, value: sessionId ?? newId(), sessionId, fresh: sessionId === undefined }
    }
    if (caller.userId) return { kind, value: caller.userId, sessionId, fresh: false }
  }
  return { kind: 'address', value: caller.address, sessionId, fresh: false }
}

/** Whether an id is of the gateway's own form; any other cookie value is replaced. */
export function isSessionId(value: string): boolean {
  return value.length === 22 && /^[\w-]+$/.test(value)
}

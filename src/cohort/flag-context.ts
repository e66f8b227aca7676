import type { Caller } from '../identity/caller.ts'
import type { FlagContext } from './flag-source.ts'
import type { StickyKey } from './sticky-key.ts'

/**
 * What Unleash may decide on. Its `default` stickiness hashes `userId`, else `sessionId`, and must
 * always hash the route's sticky key. So `userId` is filled only when it is that key. On a route
 * whose key is the cookie or the address, a known user id goes into the properties, where Unleash
 * looks for every field that the context itself does not have: constraints on `userId` and the
 * stickiness `userId` still see it (docs/adr/0006-sticky-key-in-the-context.md).
 */
export function flagContext(caller: Caller, key: StickyKey): FlagContext {
  const { address: remoteAddress, properties } = caller
  if (key.kind === 'user') {
    return { userId: key.value, sessionId: key.sessionId, remoteAddress, properties }
  }
  return {
    userId: undefined,
    sessionId: key.value,
    remoteAddress,
    properties: caller.userId ? { ...properties, userId: caller.userId } : properties,
  }
}

import { type AskedCaller, callerOf, mistakeIn, requestOf } from '../../cohort/asked-caller.ts'
import { findStickyKey, sessionCookie } from '../../cohort/sticky-key.ts'
import type { LinkedRoute } from '../../config/snapshot.ts'

/** What is missing of a caller whose variant nobody can say, since what it is hashed from is not told. */
export function unknowable(caller: AskedCaller, route: LinkedRoute): string | null {
  const mistake = mistakeIn(caller, route)
  if (mistake !== null) return mistake
  const { headers } = requestOf(caller)
  const { kind, fresh } = findStickyKey(
    route.stickyKey,
    callerOf(caller, route),
    headers,
    () => anyId,
  )
  const rule = `given, since route ${route.name} knows this caller by`
  if (fresh) return `session must be ${rule} the cookie ${sessionCookie}`
  if (kind === 'address' && caller.address === undefined) {
    return `address must be ${rule} the address`
  }
  return null
}

/** What a caller without a cookie would be given; only that it is new is looked at. */
const anyId = 'A'.repeat(22)

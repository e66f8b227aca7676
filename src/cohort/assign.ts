import type { LinkedRoute } from '../config/snapshot.ts'
import type { Caller } from '../identity/caller.ts'
import type { GatewayRequest } from '../ingress/request.ts'
import type { Assignment, AssignmentReason, Variant } from './assignment.ts'
import { writeCookie } from './cookie.ts'
import { flagContext } from './flag-context.ts'
import type { FlagContext, FlagSource } from './flag-source.ts'
import type { SeenCookie } from './seen-cookie.ts'
import { findStickyKey, isSessionId, sessionCookie } from './sticky-key.ts'

export interface AssignerDeps {
  readonly route: LinkedRoute
  readonly flags: FlagSource
  /** From `createSeenCookie`; null unless the route is `sticky: seen-v2`. */
  readonly seen: SeenCookie | null
  /** Makes a session id: 22 characters of base64url, 16 random bytes. */
  readonly newId: () => string
  /** The latch of the flag, looked at anew for every request. Absent: open. */
  readonly latch?: Latch
  /** The latch that a rehearsal trips, for the policy's testers alone. Absent: open. */
  readonly drill?: Latch
}

/** What stands above every flag, see guard/latches.ts. */
export interface Latch {
  readonly tripped: boolean
}

/** The part of a request that an assignment depends on. */
export type AssignedRequest = Pick<GatewayRequest, 'headers' | 'scheme'>

export type Assigner = (request: AssignedRequest, caller: Caller) => Assignment

/**
 * Decides V1 or V2 for the requests of one route, in this order: no V2, a latch that is tripped (nobody
 * gets V2 then, whatever they wish), a tester's wish, a flag that is missing or off (a manager's stop, which ends `seen-v2` too), V2 seen before, and else the flag's
 * strategies. Answers that need no new cookie are made once and shared.
 */
export function createAssigner(deps: AssignerDeps): Assigner {
  const { route, flags, seen, newId, latch = open, drill = open } = deps
  if (!isSessionId(newId())) {
    throw new Error('Cannot assign: newId must give 22 characters of base64url.')
  }
  const { flag, force } = route
  if (route.v2 === undefined || flag === undefined) return () => v1Only
  const forcers = new Set(force?.users)
  const testers = new Set(route.rules.testers)
  const forceHeader = force?.header.toLowerCase()

  return (request, caller) => {
    if (latch.tripped) return switchedBack
    if (drill.tripped && caller.userId !== null && testers.has(caller.userId)) return drilled
    if (forceHeader !== undefined && caller.userId !== null && forcers.has(caller.userId)) {
      const wish = headerValue(request.headers, forceHeader)
      if (wish === 'v2') return forcedV2
      if (wish === 'v1') return forcedV1
    }
    const known = flags.feature(flag)
    if (!known?.enabled) {
      // Evaluated all the same: Unleash must see that the flag is in use.
      flags.isEnabled(flag, nobody)
      return known ? flagOff : flagMissing
    }
    if (seen?.isIn(request.headers)) return seenV2

    const key = findStickyKey(route.stickyKey, caller, request.headers, newId)
    const inShare = flags.isEnabled(flag, flagContext(caller, key))
    const mark = inShare && seen !== null
    if (!key.fresh && !mark) return inShare ? inShareV2 : outOfShare

    const setCookies: string[] = []
    if (key.fresh) setCookies.push(writeCookie(sessionCookie, key.value, request.scheme))
    if (mark) setCookies.push(seen.setCookie(request.scheme))
    return inShare
      ? { variant: 'v2', reason: 'in-share', setCookies }
      : { variant: 'v1', reason: 'out-of-share', setCookies }
  }
}

const open: Latch = { tripped: false }

const v1Only = withoutCookies('v1', 'v1-only')
const forcedV1 = withoutCookies('v1', 'forced')
const forcedV2 = withoutCookies('v2', 'forced')
const flagMissing = withoutCookies('v1', 'flag-missing')
const flagOff = withoutCookies('v1', 'flag-off')
const seenV2 = withoutCookies('v2', 'seen-v2')
const inShareV2 = withoutCookies('v2', 'in-share')
const outOfShare = withoutCookies('v1', 'out-of-share')
const switchedBack = withoutCookies('v1', 'switched-back')
const drilled = withoutCookies('v1', 'drill')

function withoutCookies(variant: Variant, reason: AssignmentReason): Assignment {
  return Object.freeze({ variant, reason, setCookies: Object.freeze([]) })
}

const nobody: FlagContext = {
  userId: undefined,
  sessionId: undefined,
  remoteAddress: '',
  properties: {},
}

function headerValue(headers: readonly string[], name: string): string | undefined {
  for (let i = 0; i < headers.length; i += 2) {
    if (headers[i] === name) return headers[i + 1]
  }
  return undefined
}

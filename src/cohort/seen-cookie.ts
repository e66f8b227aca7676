import { createHmac } from 'node:crypto'
import type { LinkedRoute } from '../config/snapshot.ts'
import { readCookie, writeCookie } from './cookie.ts'

/** The mark of a caller who has had V2 on a route with `sticky: seen-v2`. */
export interface SeenCookie {
  /** Whether the request carries the mark, unforged and given since V2 was last switched back or resumed. */
  isIn(headers: readonly string[]): boolean
  /** `Set-Cookie` value that gives the mark. */
  setCookie(scheme: 'http' | 'https'): string
}

/**
 * The mark of the route's flag, or null for a route that has no use for one. The value is the same
 * for everybody, HMAC-SHA256 (RFC 2104) over the cookie's name and the version of the latch: it says
 * "V2 was given" and must not be made up by those who want V2; who it was given to decides nothing.
 * Being the same, it is computed once for each version, and a request costs no hashing. After a switch
 * back the marks from before are void: a V2 that comes back starts with the flag's share, not with
 * everybody who ever had it.
 *
 * @param secret `cookieSecret` of `switchback.yaml`.
 * @param version Version of the flag's latch, 0 while it was never tripped.
 */
export function createSeenCookie(
  route: LinkedRoute,
  secret: string | undefined,
  version: () => number = () => 0,
): SeenCookie | null {
  const { flag } = route
  if (route.sticky !== 'seen-v2' || flag === undefined) return null
  if (secret === undefined) {
    throw new Error(
      `Cannot route ${route.name}: cookieSecret must be set for sticky: seen-v2, received nothing.`,
    )
  }
  const name = `sb_v2_${cookieToken(flag)}`
  let marked = -1
  let mark = ''
  const currentMark = () => {
    if (marked !== version()) {
      marked = version()
      mark = createHmac('sha256', secret).update(`${name}:${marked}`).digest('base64url')
    }
    return mark
  }
  const isMark = (value: string) => equalInConstantTime(value, currentMark())
  return {
    isIn: headers => readCookie(headers, name, isMark) !== undefined,
    setCookie: scheme => writeCookie(name, currentMark(), scheme),
  }
}

/** A cookie's name may not hold every character that a flag's name may (RFC 6265 section 4.1.1). */
function cookieToken(flag: string): string {
  return encodeURIComponent(flag).replace(/[()]/g, sign => (sign === '(' ? '%28' : '%29'))
}

/** As timingSafeEqual, but without two buffers for each request. */
function equalInConstantTime(value: string, expected: string): boolean {
  if (value.length !== expected.length) return false
  let difference = 0
  for (let i = 0; i < expected.length; i += 1) {
    difference |= value.charCodeAt(i) ^ expected.charCodeAt(i)
  }
  return difference === 0
}

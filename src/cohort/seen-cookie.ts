import { createHmac } from 'node:crypto'
import type { LinkedRoute } from '../config/snapshot.ts'
import { readCookie, writeCookie } from './cookie.ts'

/** The mark of a caller who has had V2 on a route with `sticky: seen-v2`. */
export interface SeenCookie {
  /** Whether the request carries the mark, unforged. */
  isIn(headers: readonly string[]): boolean
  /** `Set-Cookie` value that gives the mark. */
  readonly setCookie: Readonly<Record<'http' | 'https', string>>
}

/**
 * The mark of the route's flag, or null for a route that has no use for one. The value is the same
 * for everybody, HMAC-SHA256 (RFC 2104) over the cookie's name: it says "V2 was given" and must not be
 * made up by those who want V2; who it was given to decides nothing. Being the same, it is computed
 * once, and a request costs no hashing.
 *
 * @param secret `cookieSecret` of `switchback.yaml`.
 */
export function createSeenCookie(
  route: LinkedRoute,
  secret: string | undefined,
): SeenCookie | null {
  const { flag } = route
  if (route.sticky !== 'seen-v2' || flag === undefined) return null
  if (secret === undefined) {
    throw new Error(
      `Cannot route ${route.name}: cookieSecret must be set for sticky: seen-v2, received nothing.`,
    )
  }
  const name = `sb_v2_${cookieToken(flag)}`
  const mark = createHmac('sha256', secret).update(name).digest('base64url')
  const isMark = (value: string) => equalInConstantTime(value, mark)
  return {
    isIn: headers => readCookie(headers, name, isMark) !== undefined,
    setCookie: {
      http: writeCookie(name, mark, 'http'),
      https: writeCookie(name, mark, 'https'),
    },
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

import { repeated, soleHeader } from './sole-header.ts'

export type OriginFault = 'origin-missing' | 'origin-repeated' | 'origin-not-listed'

/** Whether an upgrade may go on, and why. Every refusal is answered `origin-refused`. */
export type OriginDecision =
  | { readonly ok: true; readonly reason: 'any-origin' | 'origin-listed' }
  | {
      readonly ok: false
      readonly reason: OriginFault
    }

/**
 * The Origin rule of a policy, for WebSocket upgrades: a browser sends them with the user's cookies
 * from any site and asks nobody first, so the server has to look (RFC 6455 section 10.2). Without a
 * list any origin may connect; with one, the header must be there once and equal an entry, letter
 * case of scheme and host aside (RFC 6454 section 4).
 */
export function createOriginRule(
  origins: readonly string[] | undefined,
): (headers: readonly string[]) => OriginDecision {
  if (origins === undefined) return () => ({ ok: true, reason: 'any-origin' })
  const listed = new Set(origins.map(origin => origin.toLowerCase()))
  return headers => {
    const origin = soleHeader(headers, 'origin')
    if (origin === null) return { ok: false, reason: 'origin-missing' }
    if (origin === repeated) return { ok: false, reason: 'origin-repeated' }
    return listed.has(origin.toLowerCase())
      ? { ok: true, reason: 'origin-listed' }
      : { ok: false, reason: 'origin-not-listed' }
  }
}

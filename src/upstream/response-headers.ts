import type { Dress } from '../entrance/dress.ts'

/** Response headers that end at the gateway (RFC 9110 section 7.6.1); Node makes its own framing. */
const hopByHop = new Set([
  'connection',
  'keep-alive',
  'proxy-connection',
  'proxy-authenticate',
  'te',
  'trailer',
  'transfer-encoding',
  'upgrade',
  'http2-settings',
])

/** Headers in which the gateway speaks; an upstream's would be taken for ours. */
const ours = new Set(['x-request-id', 'x-switchback-decision'])

/** Rate limits, the upstream's own or ours: an answer tells of one of them. */
const rateLimit = new Set([
  'ratelimit',
  'ratelimit-policy',
  'ratelimit-limit',
  'ratelimit-remaining',
  'ratelimit-reset',
])

/**
 * The headers that reach the client: `headers` (flat, lower-case names) without hop-by-hop ones and
 * without those that the upstream's Connection names, as `dress` leaves them, then `own`. Where those
 * tell of rate limits, they stand in the place of the upstream's.
 */
export function clientHeaders(
  headers: readonly string[],
  own: readonly string[],
  dress: Dress | null = null,
): string[] {
  const kept: string[] = []
  const limited = headerValue(own, 'ratelimit-policy') !== undefined
  let listed: string | null = null
  for (let at = 0; at < headers.length; at += 2) {
    const name = headers[at] as string
    const value = headers[at + 1] as string
    if (name === 'connection') listed = listed === null ? value : `${listed},${value}`
    else if (hopByHop.has(name) || ours.has(name)) continue
    else if (!limited || !rateLimit.has(name)) kept.push(name, value)
  }
  const clean =
    listed === null || /^(?:keep-alive|close)$/i.test(listed) ? kept : without(kept, listed)
  const dressed = dress === null ? clean : dress(clean)
  for (const part of own) dressed.push(part)
  return dressed
}

/** The value of the first header of that name in flat headers, where a value may look like a name. */
export function headerValue(headers: readonly string[], name: string): string | undefined {
  let at = headers.indexOf(name)
  while (at % 2 === 1) at = headers.indexOf(name, at + 1)
  return at === -1 ? undefined : headers[at + 1]
}

function without(headers: readonly string[], listed: string): string[] {
  const names = new Set(listed.split(',').map(name => name.trim().toLowerCase()))
  // An upstream may not strip the framing or the cookies from its own answer by naming them.
  names.delete('content-length')
  names.delete('set-cookie')
  const kept: string[] = []
  for (let at = 0; at < headers.length; at += 2) {
    const name = headers[at] as string
    if (!names.has(name)) kept.push(name, headers[at + 1] as string)
  }
  return kept
}

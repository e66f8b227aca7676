import type { LimitRule } from '../config/limit-rule.ts'
import type { Allowance } from './limiter.ts'

/**
 * `RateLimit-Policy` of a route, the same on every answer: each limit with what it allows (`q`) in how
 * many seconds (`w`), and `burst` where that is another number (draft-ietf-httpapi-ratelimit-headers-11).
 */
export function policyField(rules: readonly LimitRule[]): string {
  return rules
    .map(({ name, rate: { limit, periodMs, burst } }) => {
      const quota = `${quoted(name)};q=${limit};w=${seconds(periodMs)}`
      return burst === limit ? quota : `${quota};burst=${burst}`
    })
    .join(', ')
}

/**
 * What an answer says of the limits, flat name/value pairs: of the one that refused, or else of the one
 * with the least left. The three single fields are those of that draft until its sixth version, which
 * most clients read.
 */
export function limitHeaders(policy: string, rule: LimitRule, allowance: Allowance): string[] {
  const { allowed, remaining, resetMs, retryAfterMs } = allowance
  const reset = seconds(resetMs)
  const headers = [
    'ratelimit-policy',
    policy,
    'ratelimit',
    `${quoted(rule.name)};r=${remaining};t=${reset}`,
    'ratelimit-limit',
    String(rule.rate.burst),
    'ratelimit-remaining',
    String(remaining),
    'ratelimit-reset',
    String(reset),
  ]
  // Who comes back at the very second is not too early.
  if (!allowed) headers.push('retry-after', String(Math.max(1, seconds(retryAfterMs))))
  return headers
}

function seconds(milliseconds: number): number {
  return Math.ceil(milliseconds / 1000)
}

/** A string of RFC 9651 section 3.3.3; names are printable ASCII without quotes and backslashes. */
function quoted(name: string): string {
  return `"${name}"`
}

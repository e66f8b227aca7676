import type { Forward } from './forward-plan.ts'
import type { FallbackReason } from './outcome.ts'

/** RFC 9110 section 9.2.1, without TRACE. */
const safe = new Set(['GET', 'HEAD', 'OPTIONS'])

/** Whether V1 may be asked. What was `sent` to V2 goes to V1 as well only if asking twice does no harm. */
export function mayFallBack(
  { request, policy }: Forward,
  reason: FallbackReason,
  sent: boolean,
): boolean {
  const { fallback } = policy
  const isForced = reason === 'switched-back' || reason === 'breaker-open' || reason === 'unhealthy'
  if (!sent) return isForced || fallback !== undefined
  if (isForced) return safe.has(request.method)
  return fallback?.methods.some(method => method === request.method) ?? false
}

/** Bytes of request body worth keeping for V1. */
export function keepBytes({ request, policy, assignment }: Forward): number {
  const { fallback } = policy
  if (fallback === undefined || assignment.variant === 'v1' || !safe.has(request.method)) return 0
  return request.bodyLength > fallback.maxBodyBytes ? 0 : fallback.maxBodyBytes
}

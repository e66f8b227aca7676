import type { Variant } from '../cohort/assignment.ts'
import type { Asker } from './asker.ts'
import { chooseOrigin } from './choose-origin.ts'
import type { Exchange, UpstreamFault } from './client.ts'
import { mayMove, mayRetry } from './faults.ts'
import type { Origin } from './origin.ts'

/** A variant whose last attempt failed before its answer began. */
export interface Attempted {
  readonly asker: Asker
  readonly variant: Variant
  /** So far. */
  readonly attempts: number
  /** Asked last, and the exchange with it. */
  readonly origin: Origin | null
  readonly exchange: Exchange | null
}

/**
 * The origin for another attempt after `fault`; null where there may be none, `held-back` where only a
 * tripped latch forbids it.
 */
export function originForAnother(
  { asker, variant, attempts, origin, exchange }: Attempted,
  fault: UpstreamFault,
  now: number,
): Origin | 'held-back' | null {
  const { request, policy, origins, retries, latch } = asker.plan
  const { sent = false, answered = false } = exchange ?? {}
  const set = origins[variant]
  if (attempts > policy.retry.attempts || !asker.hasTime()) return null
  const moves = set.origins.length > 1 && mayMove(fault, sent)
  if (!moves && !mayRetry(request.method, request.bodyLength, fault, answered)) return null
  if (variant === 'v2' && latch?.tripped === true) return 'held-back'
  const next = chooseOrigin(set, now, origin)
  if (next === null || moves) return next
  return retries[variant].withdraw() ? next : null
}

import type { Refusal } from '../errors.ts'
import type { UpstreamFault } from './client.ts'

/** What the client is told when an upstream failed before its answer began. */
export const refusalFor: Readonly<Record<Exclude<UpstreamFault, 'aborted'>, Refusal>> = {
  'connect-failed': 'upstream-connect',
  'connect-timeout': 'upstream-timeout',
  'tls-failed': 'upstream-tls',
  busy: 'upstream-busy',
  reset: 'upstream-reset',
  protocol: 'upstream-protocol',
  'headers-timeout': 'upstream-timeout',
  'body-timeout': 'upstream-timeout',
  'mapping-failed': 'upstream-mapping',
  // Not a 413 for one that is too large: the limit is that of one variant's mapping, not the resource's.
  unmappable: 'body-unmappable',
}

/** RFC 9110 section 9.2.2. */
const idempotent = new Set(['GET', 'HEAD', 'OPTIONS', 'PUT', 'DELETE'])

/** Faults after which nothing of the answer can have been seen; a slow answer is not asked for twice. */
const retryable = new Set<UpstreamFault>(['connect-failed', 'connect-timeout', 'reset'])

/** Whether a second attempt is safe: idempotent, no body to send again, not one byte answered. */
export function mayRetry(
  method: string,
  bodyLength: number,
  fault: UpstreamFault,
  answered: boolean,
): boolean {
  return !answered && bodyLength === 0 && idempotent.has(method) && retryable.has(fault)
}

/** Faults of origins to which no connection came about. */
const unreached = new Set<UpstreamFault>(['connect-failed', 'connect-timeout', 'tls-failed'])

export function isUnreached(fault: UpstreamFault): boolean {
  return unreached.has(fault)
}

/** A request of which no byte was sent was never made: another origin may have it, whatever it is. */
export function mayMove(fault: UpstreamFault, sent: boolean): boolean {
  return !sent && isUnreached(fault)
}

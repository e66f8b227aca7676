import type { UpstreamConfig } from '../config/schema-route.ts'
import type { Breaker } from './breaker.ts'
import type { OriginClient, UpstreamFault } from './client.ts'
import type { DialTarget } from './dial-target.ts'
import { isUnreached } from './faults.ts'
import type { Health } from './health-check.ts'
import type { Standing } from './standing.ts'

/**
 * One origin of a variant: the connections to it and what is known of it. Its parts outlive reloads
 * that leave them alone, and are shared with the routes that ask for the same.
 */
export interface Origin {
  /** For connections that are nobody's to share. */
  readonly target: DialTarget
  readonly client: OriginClient
  readonly standing: Standing
  /** Null for a policy without breaker. */
  readonly breaker: Breaker | null
  /** Null without active checks. */
  readonly health: Health | null
}

/** The origins of one variant of one route. */
export interface OriginSet {
  readonly hostHeader: UpstreamConfig['hostHeader']
  readonly origins: readonly Origin[]
  /**
   * V1 is asked however its checks go, when none of it passes them: a wrong check must not take the
   * last resort away.
   */
  readonly isLastResort: boolean
  /** Counts the choices, for taking turns among equally busy origins. */
  turn: number
}

/** Faults that are no origin's doing: what a mapping makes of it is one route's, and the origin may serve more. */
const innocent = new Set<UpstreamFault>(['busy', 'mapping-failed', 'unmappable', 'aborted'])

/** An attempt at the origin begins; true when it is the probe of a half-open breaker. */
export function began({ breaker }: Origin): boolean {
  return breaker?.begin() ?? false
}

/** An attempt gave an answer that is no failure. */
export function succeeded({ standing, breaker }: Origin, isProbe: boolean): void {
  standing.succeeded()
  breaker?.settle(isProbe, 'success')
}

/** An attempt failed: with a 5xx for `fault` null. */
export function failed(
  origin: Origin,
  isProbe: boolean,
  fault: UpstreamFault | null,
  now: number,
): void {
  if (fault !== null && innocent.has(fault)) {
    provedNothing(origin, isProbe)
    return
  }
  origin.standing.failed(fault !== null && isUnreached(fault), now)
  origin.breaker?.settle(isProbe, 'failure')
}

/** An attempt was given up for a reason of the client's, or of ours. */
export function provedNothing({ breaker }: Origin, isProbe: boolean): void {
  breaker?.settle(isProbe, 'nothing')
}

/** Host header for a request to an origin of the set; `authority` is what the client asked for. */
export function hostFor(set: OriginSet, { client }: Origin, authority: string): string {
  const { origin } = client
  return set.hostHeader === 'preserve' ? authority : origin.slice(origin.indexOf('//') + 2)
}

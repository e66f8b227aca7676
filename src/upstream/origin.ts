import type { UpstreamConfig } from '../config/schema-route.ts'
import type { OriginClient, UpstreamFault } from './client.ts'
import type { OriginTls } from './dial-target.ts'
import { isUnreached } from './faults.ts'
import type { Standing } from './standing.ts'

/**
 * One origin of a variant: the connections to it and what is known of it. Its parts outlive reloads
 * that leave them alone, and are shared with the routes that ask for the same.
 */
export interface Origin {
  readonly client: OriginClient
  readonly standing: Standing
}

/** The origins of one variant of one route. */
export interface OriginSet {
  readonly hostHeader: UpstreamConfig['hostHeader']
  readonly tls: OriginTls
  readonly origins: readonly Origin[]
  /** Counts the choices, for taking turns among equally busy origins. */
  turn: number
}

/** Faults that are no origin's doing. */
const innocent = new Set<UpstreamFault>(['busy', 'aborted'])

/** An attempt at an origin gave an answer that is no failure. */
export function succeeded({ standing }: Origin): void {
  standing.succeeded()
}

/** An attempt at an origin failed: with a 5xx for `fault` null. */
export function failed({ standing }: Origin, fault: UpstreamFault | null, now: number): void {
  if (fault !== null && innocent.has(fault)) return
  standing.failed(fault !== null && isUnreached(fault), now)
}

/** Host header for a request to an origin of the set; `authority` is what the client asked for. */
export function hostFor(set: OriginSet, { client }: Origin, authority: string): string {
  return set.hostHeader === 'preserve'
    ? authority
    : client.origin.slice(client.origin.indexOf('//') + 2)
}

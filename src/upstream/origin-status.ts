import type { OriginSet } from './origin.ts'

/** How one origin is, as one worker sees it. */
export interface OriginStatus {
  /** `http://host:port`, for operators only. */
  readonly origin: string
  /** Requests under way. */
  readonly inFlight: number
  /** What active checks say; `unchecked` without them. */
  readonly health: 'unchecked' | 'healthy' | 'unhealthy'
  /** The last check's finding in words, such as `GET /healthz answered 503`; null before the first. */
  readonly lastCheck: string | null
  /** Whether live traffic failed so often, or not at all got through, that it rests. */
  readonly ejected: boolean
  /** Null for a policy without breaker. */
  readonly breaker: 'closed' | 'open' | 'half-open' | null
}

export function originStatuses({ origins }: OriginSet): OriginStatus[] {
  return origins.map(({ client, standing, breaker, health }) => ({
    origin: client.origin,
    inFlight: client.inFlight,
    health: health === null ? 'unchecked' : health.healthy ? 'healthy' : 'unhealthy',
    lastCheck: health === null ? null : health.lastCheck,
    ejected: standing.ejected,
    breaker: breaker === null ? null : breaker.state,
  }))
}

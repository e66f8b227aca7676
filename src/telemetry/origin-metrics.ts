import { Counter, Gauge, type Registry } from 'prom-client'
import type { RouteStatus } from '../fleet/planes.ts'
import type { OriginStatus } from '../upstream/origin-status.ts'

const breakerNumbers = { closed: 0, 'half-open': 1, open: 2 } as const

/** What is known of the origins. Their addresses are the operator's own, so they may be labels. */
export function createOriginMetrics(registry: Registry) {
  const registers = [registry]
  const labelNames = ['route', 'variant', 'origin'] as const
  /** The routes in force, asked for when somebody wants to know. */
  let routes: () => readonly RouteStatus[] = () => []

  /** A gauge with a sample for every origin that `numberOf` has a number for. */
  function gauge(
    name: string,
    help: string,
    aggregator: 'min' | 'max' | 'sum',
    numberOf: (status: OriginStatus) => number | null,
  ): void {
    new Gauge({
      name,
      help,
      labelNames,
      registers,
      aggregator,
      collect() {
        this.reset()
        for (const { route, v1, v2 } of routes()) {
          for (const [variant, statuses] of Object.entries({ v1, v2 })) {
            for (const status of statuses) {
              const value = numberOf(status)
              if (value !== null) this.set({ route, variant, origin: status.origin }, value)
            }
          }
        }
      },
    })
  }

  // Over workers: the worst that one of them sees, and all that is under way.
  gauge(
    'switchback_origin_healthy',
    '1 while an origin passes its checks, 0 while it does not and gets no request; absent without checks.',
    'min',
    ({ health }) => (health === 'unchecked' ? null : Number(health === 'healthy')),
  )
  gauge(
    'switchback_breaker_state',
    'Breaker of an origin: 0 closed, 1 half-open, 2 open and so left alone; absent without breaker.',
    'max',
    ({ breaker }) => (breaker === null ? null : breakerNumbers[breaker]),
  )

  gauge(
    'switchback_origin_requests_in_flight',
    'Requests under way to an origin. Rising at an even rate of requests: it answers ever later.',
    'sum',
    ({ inFlight }) => inFlight,
  )

  return {
    breakersOpened: new Counter({
      name: 'switchback_breaker_opened_total',
      help: 'Times that the breaker of an origin opened.',
      labelNames: ['origin'] as const,
      registers,
    }),
    ejections: new Counter({
      name: 'switchback_origin_ejections_total',
      help: 'Times that an origin was put to rest for failing live requests.',
      labelNames: ['origin'] as const,
      registers,
    }),
    tlsFailures: new Counter({
      name: 'switchback_upstream_tls_failures_total',
      help: 'Connections to an origin that its TLS ended, those of checks and copies included, by reason.',
      labelNames: ['origin', 'reason'] as const,
      registers,
    }),
    watch(source: () => readonly RouteStatus[]): void {
      routes = source
    },
  }
}

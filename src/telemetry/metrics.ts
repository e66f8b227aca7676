import { Counter, Gauge, Registry } from 'prom-client'
import { createAssignmentTally } from './assignment-tally.ts'
import { createDecisionMetrics } from './decision-metrics.ts'
import { createDurationHistogram } from './duration-histogram.ts'
import { createFlagMetrics } from './flag-metrics.ts'
import { createHttp2Metrics } from './http2-metrics.ts'
import { createIdentityMetrics } from './identity-metrics.ts'
import { createLimitMetrics } from './limit-metrics.ts'
import { createOriginMetrics } from './origin-metrics.ts'
import { createOverloadMetrics } from './overload-metrics.ts'
import { collectProcessMetrics } from './process-metrics.ts'
import { createRouteMetrics, type RouteMetrics } from './route-metrics.ts'
import { createShadowMetrics } from './shadow-metrics.ts'
import { createTlsMetrics } from './tls-metrics.ts'
import { createTracingMetrics } from './tracing-metrics.ts'

/** Seconds; fine around the latency budgets that migrations set (50 to 200 ms). */
const durationBuckets = [
  0.005, 0.01, 0.025, 0.05, 0.075, 0.1, 0.15, 0.2, 0.3, 0.5, 1, 2.5, 5, 10, 30,
]

/** All metrics of the process. Label values come from the configuration and from closed unions only. */
export function createMetrics() {
  const registry = new Registry()
  collectProcessMetrics(registry)
  const registers = [registry]

  const durations = createDurationHistogram({
    registry,
    name: 'switchback_request_duration_seconds',
    labelNames: ['route', 'variant', 'status_class'],
    help: 'Time from asking a variant to the end of its answer, by what it answered: 2xx to 5xx, or none for no answer. One of each variant that was asked, so that what V2 failed and V1 answered counts for both.',
    buckets: durationBuckets,
  })
  const assignments = createAssignmentTally()
  new Counter({
    name: 'switchback_assignments_total',
    help: 'Decisions which variant a request gets, by reason: the share of V2 that is, beside the share that the flag says.',
    labelNames: ['route', 'variant', 'reason'] as const,
    registers,
    collect() {
      assignments.takeOver(this)
    },
  })
  const refusals = new Counter({
    name: 'switchback_refusals_total',
    help: 'Answers that the gateway gave in its own name, by reason: what no upstream said, so not to be held against one. route is empty before routing.',
    labelNames: ['route', 'reason'] as const,
    registers,
  })
  const details = new Counter({
    name: 'switchback_refusal_details_total',
    help: 'Requests turned away at the entrance or for their credentials, by what exactly was wrong with them: the word that the access log has as detail and clients are not told.',
    labelNames: ['route', 'detail'] as const,
    registers,
  })
  const preflights = new Counter({
    name: 'switchback_preflights_total',
    help: 'CORS preflights that the gateway answered with permissions.',
    labelNames: ['route'] as const,
    registers,
  })
  const faults = new Counter({
    name: 'switchback_upstream_faults_total',
    help: 'Requests that an upstream failed below HTTP, by fault: look at the network, TLS or a dead origin, not at its code.',
    labelNames: ['route', 'variant', 'fault'] as const,
    registers,
  })
  const retries = new Counter({
    name: 'switchback_upstream_retries_total',
    help: 'Further attempts at an upstream after one that failed: clients waited longer and noticed nothing else.',
    labelNames: ['route', 'variant'] as const,
    registers,
  })
  const aborted = new Counter({
    name: 'switchback_client_aborts_total',
    help: 'Requests whose client went away first; never held against a variant.',
    labelNames: ['route', 'variant'] as const,
    registers,
  })
  const dropped = new Counter({
    name: 'switchback_connections_dropped_total',
    help: 'Client connections closed at accept, beyond limits.maxConnections: clients see a connection that is reset.',
    registers,
  })
  const fallbacks = new Counter({
    name: 'switchback_fallbacks_total',
    help: 'Requests of V2 that V1 answered, by reason: failures of V2 that no client noticed.',
    labelNames: ['route', 'reason'] as const,
    registers,
  })
  const mappingFailures = new Counter({
    name: 'switchback_mapping_failures_total',
    help: 'Bodies that the mapping of an upstream could not map, of live requests or of their copies.',
    labelNames: ['route', 'variant', 'traffic', 'reason'] as const,
    registers,
  })
  const tunnels = new Gauge({
    name: 'switchback_websockets_open',
    help: 'WebSockets open now.',
    labelNames: ['route', 'variant'] as const,
    registers,
  })
  const latchTripped = new Gauge({
    name: 'switchback_latch_tripped',
    help: '1 while all traffic of the flag goes to V1, 0 while V2 is allowed.',
    labelNames: ['flag'] as const,
    aggregator: 'max',
    registers,
  })

  const families = {
    durations,
    assignments,
    refusals,
    details,
    preflights,
    faults,
    retries,
    aborted,
    fallbacks,
    tunnels,
  }
  const routes = new Map<string, RouteMetrics>()

  return {
    registry,
    refusals,
    dropped,
    mappingFailures,
    latchTripped,
    http2: createHttp2Metrics(registry),
    identity: createIdentityMetrics(registry),
    limits: createLimitMetrics(registry),
    origins: createOriginMetrics(registry),
    overload: createOverloadMetrics(registry),
    shadow: createShadowMetrics(registry),
    tls: createTlsMetrics(registry),
    flags: createFlagMetrics(registry),
    watchDecisions: createDecisionMetrics(registry).watch,
    watchSpans: createTracingMetrics(registry).watch,
    /** The metrics of one route; they go on where they were when a reload brings the route again. */
    forRoute(route: string): RouteMetrics {
      const known = routes.get(route) ?? createRouteMetrics(route, families)
      routes.set(route, known)
      return known
    },
  }
}

export type Metrics = ReturnType<typeof createMetrics>

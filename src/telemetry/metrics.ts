import { Counter, collectDefaultMetrics, Gauge, Histogram, Registry } from 'prom-client'
import type { AssignmentReason, Variant } from '../cohort/assignment.ts'
import type { Refusal } from '../errors.ts'
import type { UpstreamFault } from '../upstream/client.ts'

/** Seconds; fine around the latency budgets that migrations set (50 to 200 ms). */
const durationBuckets = [
  0.005, 0.01, 0.025, 0.05, 0.075, 0.1, 0.15, 0.2, 0.3, 0.5, 1, 2.5, 5, 10, 30,
]

export type StatusClass = '1xx' | '2xx' | '3xx' | '4xx' | '5xx' | 'none'

export function statusClass(status: number): StatusClass {
  return status === 0 ? 'none' : (`${Math.floor(status / 100)}xx` as StatusClass)
}

/** All metrics of the process. Label values come from the configuration and from closed unions only. */
export function createMetrics() {
  const registry = new Registry()
  collectDefaultMetrics({ register: registry })
  const registers = [registry]

  const duration = new Histogram({
    name: 'switchback_request_duration_seconds',
    help: 'Time from admission to the end of the answer, by what the upstream answered.',
    labelNames: ['route', 'variant', 'status_class'] as const,
    buckets: durationBuckets,
    registers,
  })
  const assignments = new Counter({
    name: 'switchback_assignments_total',
    help: 'Decisions about requests, by variant and reason.',
    labelNames: ['route', 'variant', 'reason'] as const,
    registers,
  })
  const refusals = new Counter({
    name: 'switchback_refusals_total',
    help: 'Answers that the gateway gave in its own name, by reason; route is empty before routing.',
    labelNames: ['route', 'reason'] as const,
    registers,
  })
  const faults = new Counter({
    name: 'switchback_upstream_faults_total',
    help: 'Requests that an upstream failed below HTTP.',
    labelNames: ['route', 'variant', 'fault'] as const,
    registers,
  })
  const retries = new Counter({
    name: 'switchback_upstream_retries_total',
    help: 'Further attempts at an upstream.',
    labelNames: ['route', 'variant'] as const,
    registers,
  })
  const aborted = new Counter({
    name: 'switchback_client_aborts_total',
    help: 'Requests whose client went away first; never held against a variant.',
    labelNames: ['route', 'variant'] as const,
    registers,
  })
  const tunnels = new Gauge({
    name: 'switchback_websockets_open',
    help: 'WebSockets open now.',
    labelNames: ['route', 'variant'] as const,
    registers,
  })
  const reloads = new Counter({
    name: 'switchback_config_reloads_total',
    help: 'Configuration reloads, by result: applied, unchanged or refused.',
    labelNames: ['result'] as const,
    registers,
  })
  const configInfo = new Gauge({
    name: 'switchback_config_info',
    help: 'Always 1; the label is the version of the configuration in force.',
    labelNames: ['version'] as const,
    registers,
  })
  const configRefused = new Gauge({
    name: 'switchback_config_refused',
    help: '1 while the files on disk are refused and the last good configuration serves.',
    registers,
  })
  const flagSourceUp = new Gauge({
    name: 'switchback_flag_source_up',
    help: '1 while the flag source answers, 0 while flags come from the last good state.',
    registers,
  })

  return {
    registry,
    refusals,
    reloads,
    configInfo,
    configRefused,
    flagSourceUp,
    /** The children of one route, resolved as they first occur and kept for its life. */
    forRoute: (route: string) =>
      createRouteMetrics({
        route,
        duration,
        assignments,
        refusals,
        faults,
        retries,
        aborted,
        tunnels,
      }),
  }
}

export type Metrics = ReturnType<typeof createMetrics>

interface Families {
  readonly route: string
  readonly duration: Histogram<'route' | 'variant' | 'status_class'>
  readonly assignments: Counter<'route' | 'variant' | 'reason'>
  readonly refusals: Counter<'route' | 'reason'>
  readonly faults: Counter<'route' | 'variant' | 'fault'>
  readonly retries: Counter<'route' | 'variant'>
  readonly aborted: Counter<'route' | 'variant'>
  readonly tunnels: Gauge<'route' | 'variant'>
}

function createRouteMetrics(families: Families) {
  const { route } = families
  const durations = new Map<string, Histogram.Internal<string>>()
  const decisions = new Map<string, Counter.Internal>()

  return {
    assigned(variant: Variant, reason: AssignmentReason): void {
      const key = variant + reason
      let child = decisions.get(key)
      if (child === undefined) {
        child = families.assignments.labels({ route, variant, reason })
        decisions.set(key, child)
      }
      child.inc()
    },
    answered(variant: Variant, status: number, seconds: number): void {
      const key = variant + statusClass(status)
      let child = durations.get(key)
      if (child === undefined) {
        child = families.duration.labels({ route, variant, status_class: statusClass(status) })
        durations.set(key, child)
      }
      child.observe(seconds)
    },
    refused(reason: Refusal): void {
      families.refusals.inc({ route, reason })
    },
    failed(variant: Variant, fault: UpstreamFault): void {
      families.faults.inc({ route, variant, fault })
    },
    retried(variant: Variant, attempts: number): void {
      families.retries.inc({ route, variant }, attempts)
    },
    aborted(variant: Variant): void {
      families.aborted.inc({ route, variant })
    },
    tunnelOpened(variant: Variant): void {
      families.tunnels.inc({ route, variant })
    },
    tunnelClosed(variant: Variant): void {
      families.tunnels.dec({ route, variant })
    },
  }
}

export type RouteMetrics = ReturnType<typeof createRouteMetrics>

import type { Counter, Gauge } from 'prom-client'
import type { AssignmentReason, Variant } from '../cohort/assignment.ts'
import type { EntranceFault } from '../entrance/entrance.ts'
import type { Refusal } from '../errors.ts'
import type { IdentityFault } from '../identity/identify.ts'
import type { UpstreamFault } from '../upstream/client.ts'
import type { FallbackReason } from '../upstream/outcome.ts'
import type { AssignmentTally } from './assignment-tally.ts'
import type { DurationHistogram, DurationSeries } from './duration-histogram.ts'

/** The families that a route has children in. */
export interface RouteFamilies {
  readonly durations: DurationHistogram
  readonly assignments: AssignmentTally
  readonly refusals: Counter<'route' | 'reason'>
  readonly details: Counter<'route' | 'detail'>
  readonly preflights: Counter<'route'>
  readonly faults: Counter<'route' | 'variant' | 'fault'>
  readonly retries: Counter<'route' | 'variant'>
  readonly aborted: Counter<'route' | 'variant'>
  readonly fallbacks: Counter<'route' | 'reason'>
  readonly tunnels: Gauge<'route' | 'variant'>
}

/** Label of a status: `2xx`, or `none` for an upstream that gave no answer. */
function statusClass(hundreds: number): string {
  return hundreds === 0 ? 'none' : `${hundreds}xx`
}

/** What is counted of one route's requests. */
export function createRouteMetrics(route: string, families: RouteFamilies) {
  const assigned = families.assignments.forRoute(route)
  /** By variant and hundreds of the status, each made when it first occurs. */
  const durations: Record<Variant, DurationSeries[]> = { v1: [], v2: [] }

  function seriesFor(variant: Variant, hundreds: number): DurationSeries {
    const status_class = statusClass(hundreds)
    const fresh = families.durations.series({ route, variant, status_class })
    durations[variant][hundreds] = fresh
    return fresh
  }

  return {
    assigned(variant: Variant, reason: AssignmentReason): void {
      assigned(variant, reason)
    },
    /** `status` 0 when the upstream gave no answer. */
    answered(variant: Variant, status: number, seconds: number): void {
      const hundreds = Math.floor(status / 100)
      const series = durations[variant][hundreds] ?? seriesFor(variant, hundreds)
      series.observe(seconds)
    },
    /** What was wrong with a request or its caller's credentials, beside the refusal that the client is told. */
    detailed(detail: EntranceFault | IdentityFault): void {
      families.details.inc({ route, detail })
    },
    /** A CORS preflight that the gateway answered. */
    preflighted(): void {
      families.preflights.inc({ route })
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
    /** V1 answered in the place of V2. */
    fellBack(reason: FallbackReason): void {
      families.fallbacks.inc({ route, reason })
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

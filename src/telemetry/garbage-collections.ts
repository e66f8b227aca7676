import { constants, type PerformanceEntry, PerformanceObserver } from 'node:perf_hooks'
import type { Registry } from 'prom-client'
import { createDurationHistogram, type DurationSeries } from './duration-histogram.ts'

/** What Node tells of one. */
type Collection = PerformanceEntry & { readonly detail: { readonly kind: number } }

const kinds = new Map<number, string>([
  [constants.NODE_PERFORMANCE_GC_MAJOR, 'major'],
  [constants.NODE_PERFORMANCE_GC_MINOR, 'minor'],
  [constants.NODE_PERFORMANCE_GC_INCREMENTAL, 'incremental'],
  [constants.NODE_PERFORMANCE_GC_WEAKCB, 'weakcb'],
])

/** Seconds. A minor collection takes about one millisecond; from 0.1 on clients feel it. */
const buckets = [0.001, 0.005, 0.01, 0.05, 0.1, 0.5, 1]

/**
 * Counts the garbage collections of this process, each of them. Node tells several together, and
 * prom-client counts the first of these: a third of all under load, when they matter.
 */
export function watchGarbageCollections(registry: Registry): void {
  const durations = createDurationHistogram({
    registry,
    name: 'nodejs_gc_duration_seconds',
    labelNames: ['kind'],
    help: 'How long garbage collections held the process up, by kind: major, minor, incremental or weakcb. Its sum by second is the share of the time that they take.',
    buckets,
  })
  const series = new Map<string, DurationSeries>()

  function seriesOf(kind: string): DurationSeries {
    const known = series.get(kind) ?? durations.series({ kind })
    series.set(kind, known)
    return known
  }

  new PerformanceObserver(list => {
    for (const { duration, detail } of list.getEntries() as Collection[]) {
      seriesOf(kinds.get(detail.kind) ?? 'other').observe(duration / 1000)
    }
  }).observe({ entryTypes: ['gc'] })
}

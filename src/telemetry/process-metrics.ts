import { collectDefaultMetrics, type Registry } from 'prom-client'
import { watchGarbageCollections } from './garbage-collections.ts'
import { watchEventLoop } from './loop-metrics.ts'

/** Left out of prom-client's own: gauges named as counters, and what is wrong there and ours in its place. */
const leftOut = /^nodejs_(active_\w+_total|eventloop_lag_\w+|gc_duration_seconds)$/

/** Milliseconds. Its lag is left out, so its timer should hardly ever tick. */
const never = 3_600_000

/** Memory, CPU, file descriptors, event loop and garbage collection of this process. */
export function collectProcessMetrics(registry: Registry): void {
  collectDefaultMetrics({ register: registry, eventLoopMonitoringPrecision: never })
  for (const { name } of registry.getMetricsAsArray()) {
    if (leftOut.test(name)) registry.removeSingleMetric(name)
  }
  watchEventLoop(registry)
  watchGarbageCollections(registry)
}

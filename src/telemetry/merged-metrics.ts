import { AggregatorRegistry } from 'prom-client'

/**
 * One text for Prometheus out of the registries of several processes, each as JSON. How each metric is
 * put together, its own `aggregator` says: sums of what is counted or open, the worst of what is a
 * state. prom-client leaves out when a process started; here it is the oldest's.
 */
export async function mergedMetrics(
  registries: readonly (readonly object[])[],
): Promise<{ readonly contentType: string; readonly body: string }> {
  const merged = AggregatorRegistry.aggregate(registries.map(registry => registry.map(withStart)))
  return { contentType: merged.contentType, body: await merged.metrics() }
}

function withStart(metric: object): object {
  return 'aggregator' in metric && metric.aggregator === 'omit'
    ? { ...metric, aggregator: 'min' }
    : metric
}

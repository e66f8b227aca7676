import { AggregatorRegistry } from 'prom-client'

/** One text for Prometheus out of the registries of several processes, each as JSON. */
export async function mergedMetrics(
  registries: readonly (readonly object[])[],
): Promise<{ readonly contentType: string; readonly body: string }> {
  const merged = AggregatorRegistry.aggregate(registries.map(registry => [...registry]))
  return { contentType: merged.contentType, body: await merged.metrics() }
}

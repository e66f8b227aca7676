import { createControlMetrics } from '../../src/telemetry/control-metrics.ts'
import { createMetrics } from '../../src/telemetry/metrics.ts'

export interface Registered {
  readonly name: string
  readonly type: string
  readonly help: string
  readonly labels: readonly string[]
}

/** What a gateway counts of its two planes. */
export const registries = {
  ofWorkers: createMetrics().registry,
  ofMachine: createControlMetrics({ ownProcess: false }).registry,
}

/** All metrics by name. */
export async function registered(): Promise<Map<string, Registered>> {
  const all = new Map<string, Registered>()
  for (const registry of Object.values(registries)) {
    const labelled = registry.getMetricsAsArray() as unknown as {
      readonly name: string
      readonly labelNames: readonly string[]
    }[]
    const labels = new Map(labelled.map(({ name, labelNames }) => [name, labelNames]))
    for (const { name, type, help } of await registry.getMetricsAsJSON()) {
      all.set(name, { name, type: String(type), help, labels: labels.get(name) ?? [] })
    }
  }
  return all
}

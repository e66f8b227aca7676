import { Counter, type Registry } from 'prom-client'

/** Of telling Unleash what the variants did. */
export function createImpactMetrics(registry: Registry) {
  return {
    calls: new Counter({
      name: 'switchback_impact_calls_total',
      help: 'Calls that sent impact metrics to Unleash, by result: sent, failed or refused.',
      labelNames: ['result'] as const,
      registers: [registry],
    }),
  }
}

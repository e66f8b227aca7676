import type { Variant } from '../../src/cohort/assignment.ts'
import { middleOfStepMs, neverStep, stepOf } from '../../src/guard/latency-steps.ts'
import type { VariantReport } from '../../src/history/report.ts'

export const steps = { count: neverStep, msOf: middleOfStepMs }

/** A report of requests that took so many milliseconds each. */
export function reportOf(
  latencies: readonly number[],
  { route = 'main', variant = 'v1' as Variant, errors = 0, fallbacks = 0 } = {},
): VariantReport {
  const counts = new Map<number, number>()
  for (const ms of latencies) counts.set(stepOf(ms), (counts.get(stepOf(ms)) ?? 0) + 1)
  return {
    ...{ route, variant, errors, fallbacks },
    requests: latencies.length,
    steps: [...counts].sort(([a], [b]) => a - b).flat(),
  }
}

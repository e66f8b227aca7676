import type { HistoryReport, VariantReport } from '../../history/report.ts'

/**
 * Keeps what variants did while the primary does not read: sums by route and variant, which are as many
 * as the configuration names, however long it takes.
 */
export function createHeldHistory() {
  let held = new Map<string, VariantReport>()

  return {
    add(report: HistoryReport): void {
      for (const each of report) {
        const key = JSON.stringify([each.route, each.variant])
        const before = held.get(key)
        held.set(key, before === undefined ? each : sumOf(before, each))
      }
    },
    /** All that is kept, none of it twice. */
    take(): HistoryReport {
      const taken = [...held.values()]
      held = new Map()
      return taken
    },
  }
}

function sumOf(a: VariantReport, b: VariantReport): VariantReport {
  return {
    ...{ route: a.route, variant: a.variant },
    requests: a.requests + b.requests,
    errors: a.errors + b.errors,
    fallbacks: a.fallbacks + b.fallbacks,
    steps: stepsOf(a.steps, b.steps),
  }
}

function stepsOf(a: VariantReport['steps'], b: VariantReport['steps']): readonly number[] {
  const sums = new Map<number, number>()
  for (const pairs of [a, b]) {
    for (let at = 0; at < pairs.length; at += 2) {
      const step = pairs[at] as number
      sums.set(step, (sums.get(step) ?? 0) + (pairs[at + 1] as number))
    }
  }
  return [...sums].sort(([x], [y]) => x - y).flat()
}

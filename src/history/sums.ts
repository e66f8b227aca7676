import type { VariantReport } from './report.ts'

/** What one variant did in a stretch of time, such that two stretches or two workers add up exactly. */
export interface Sums {
  requests: number
  errors: number
  fallbacks: number
  /** Requests by step of latency. Those that gave no answer have none. */
  readonly steps: Float64Array
}

export function emptySums(stepCount: number): Sums {
  return { requests: 0, errors: 0, fallbacks: 0, steps: new Float64Array(stepCount) }
}

export function clear(sums: Sums): void {
  sums.requests = 0
  sums.errors = 0
  sums.fallbacks = 0
  sums.steps.fill(0)
}

export function addSums(into: Sums, from: Sums): void {
  into.requests += from.requests
  into.errors += from.errors
  into.fallbacks += from.fallbacks
  const { steps } = from
  for (let step = 0; step < steps.length; step++) {
    into.steps[step] = (into.steps[step] as number) + (steps[step] as number)
  }
}

export function addReport(into: Sums, report: VariantReport): void {
  into.requests += report.requests
  into.errors += report.errors
  into.fallbacks += report.fallbacks
  const { steps } = report
  for (let at = 0; at < steps.length; at += 2) {
    const step = steps[at] as number
    into.steps[step] = (into.steps[step] as number) + (steps[at + 1] as number)
  }
}

/** Flat pairs of the steps that were taken. */
export function pairsOf({ steps }: Pick<Sums, 'steps'>): number[] {
  const pairs: number[] = []
  for (let step = 0; step < steps.length; step++) {
    const requests = steps[step] as number
    if (requests > 0) pairs.push(step, requests)
  }
  return pairs
}

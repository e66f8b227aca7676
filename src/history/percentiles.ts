/** Steps of latency: the one place that knows which milliseconds they are. */
export interface Steps {
  readonly count: number
  /** What a request in that step took, at most 2.5 % off. */
  msOf(step: number): number
}

const shares = { p50: 0.5, p95: 0.95, p99: 0.99 } as const

/** Milliseconds; null where no request gave an answer. */
export type Percentiles = Readonly<Record<keyof typeof shares, number | null>>

/**
 * Percentiles by nearest rank, read off counts by step. Steps whose width is a fixed share of where
 * they are give each percentile with the same relative error, and their counts add up over workers
 * and time without any further one (C. Masson, J. E. Rim, H. K. Lee: DDSketch, VLDB 2019).
 */
export function percentilesOf(counts: Float64Array, steps: Steps): Percentiles {
  let all = 0
  for (let step = 0; step < counts.length; step++) all += counts[step] as number
  if (all === 0) return { p50: null, p95: null, p99: null }

  let step = 0
  let upTo = counts[0] as number
  // Ascending, so that one walk through the steps is enough.
  function at(share: number): number {
    const rank = Math.ceil(share * all)
    while (upTo < rank && step < counts.length - 1) upTo += counts[++step] as number
    return steps.msOf(step)
  }
  return { p50: at(shares.p50), p95: at(shares.p95), p99: at(shares.p99) }
}

import { createHistogram } from 'node:perf_hooks'
import { type Segment, segments } from './callers.ts'
import type { SampleVersion } from './offers.ts'
import type { Answered } from './traffic.ts'

/** What a number of requests came to. */
export interface Counts {
  readonly requests: number
  /** Answers of V1 and of V2, errors among them. */
  readonly answers: Readonly<Record<SampleVersion, number>>
  /** 95th percentile in milliseconds, null without an answer. */
  readonly p95: Readonly<Record<SampleVersion, number | null>>
  /** Requests that were not answered with 2xx. */
  readonly errors: number
}

/** Counts answers for the second that runs and, by segment, for good. */
export function createTally() {
  let second = createCounter()
  const all = createCounter()
  const bySegment = new Map(segments.map(segment => [segment, createCounter()]))

  return {
    add(answered: Answered): void {
      second.add(answered)
      all.add(answered)
      bySegment.get(answered.segment)?.add(answered)
    },
    /** Counts since the last call. */
    takeSecond(): Counts {
      const counts = second.counts()
      second = createCounter()
      return counts
    },
    total: (): Counts => all.counts(),
    ofSegment: (segment: Segment): Counts => (bySegment.get(segment) ?? all).counts(),
  }
}

export type Tally = ReturnType<typeof createTally>

function createCounter() {
  // A histogram of microseconds up to a minute: the memory of an endless demo stays the same.
  const histogram = () => createHistogram({ lowest: 1, highest: 60_000_000, figures: 2 })
  const latency = { v1: histogram(), v2: histogram() }
  let requests = 0
  let errors = 0

  function p95(version: SampleVersion): number | null {
    return latency[version].count === 0 ? null : latency[version].percentile(95) / 1000
  }

  return {
    add({ version, failed, milliseconds }: Answered): void {
      requests++
      if (failed) errors++
      if (version !== null) latency[version].record(Math.max(1, Math.round(milliseconds * 1000)))
    },
    counts: (): Counts => ({
      requests,
      answers: { v1: latency.v1.count, v2: latency.v2.count },
      p95: { v1: p95('v1'), v2: p95('v2') },
      errors,
    }),
  }
}

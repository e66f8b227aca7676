import type { Variant } from '../cohort/assignment.ts'
import type { Tally } from './cusum.ts'
import type { BudgetVerdict } from './verdict.ts'

/** What was counted of one variant in one scope of a budget. */
export interface VariantCounts {
  events: number
  bad: number
  missing: number
  /** Events by step of latency, for budgets relative to V1's latency. */
  readonly steps: Map<number, number>
}

export type Batch = Readonly<Record<Variant, VariantCounts>>

export function emptyBatch(): Batch {
  const none = (): VariantCounts => ({ events: 0, bad: 0, missing: 0, steps: new Map() })
  return { v1: none(), v2: none() }
}

export function addBatch(to: Batch, more: Batch): void {
  for (const variant of ['v1', 'v2'] as const) {
    to[variant].events += more[variant].events
    to[variant].bad += more[variant].bad
    to[variant].missing += more[variant].missing
    for (const [step, count] of more[variant].steps) {
      to[variant].steps.set(step, (to[variant].steps.get(step) ?? 0) + count)
    }
  }
}

/** What a case says when it is asked, without what every verdict has. */
export type CaseVerdict = Pick<
  BudgetVerdict,
  'verdict' | 'reason' | 'requests' | 'bad' | 'allowed' | 'v1' | 'height' | 'moreRequests'
>

/** All that is held for and against V2 in one scope of a budget. `now` is monotonic milliseconds. */
export interface Case {
  /** Takes what was counted since the last call, which may be nothing; returns the evidence while it is a breach. */
  add(batch: Batch, now: number): Tally | null
  verdict(now: number): CaseVerdict
}

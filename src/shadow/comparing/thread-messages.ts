import type { ComparingRule } from '../compare/comparing-rule.ts'
import type { NotCompared, Sample } from '../difference.ts'
import type { Batch, Sums } from './batch.ts'

/** What the thread is told. */
export type ToThread =
  /** All rules from now on, by number. */
  | {
      readonly kind: 'rules'
      readonly rules: readonly (readonly [number, ComparingRule, matchPath: string])[]
    }
  | {
      readonly kind: 'batch'
      readonly rule: number
      readonly batch: Batch
      /** Goes up with each report, so that each gets its own few samples. */
      readonly period: number
      /** Milliseconds of CPU that it may use; what is not compared by then is `busy`. */
      readonly mostCpuMs: number
    }

/** What came of some of a batch's pairs, in the order in which they were sent. */
export interface ComparedPairs {
  /** How many are done, compared or not. */
  readonly done: number
  readonly results: readonly SumsResult[]
  readonly samples: readonly Sample[]
}

/** What the thread answers: several times of a batch that takes long, so that it is known to be alive. */
export interface BatchResult extends ComparedPairs {
  /** The memory of the batch, given back with the last of it; null before. */
  readonly bytes: ArrayBuffer | null
  /** Milliseconds of CPU that the thread has used since the last result. */
  readonly cpuMs: number
}

export interface SumsResult {
  readonly sums: Sums
  /** Compared pairs, equal ones included. */
  readonly pairs: number
  readonly notCompared: readonly (readonly [NotCompared, number])[]
  /** See signature-text.ts. */
  readonly signatures: readonly (readonly [string, number])[]
}

import type { FlagSet } from './flag-set.ts'
import type { FlagSource, FlagSourceEvent, FlagSourceStatus } from './flag-source.ts'
import { guardedEvaluation } from './guarded-evaluation.ts'
import { createEvaluator } from './unleash-evaluator.ts'

export interface HeldFlagsOptions {
  /** Complete, see `completeFlagSet`. */
  readonly set: FlagSet
  readonly status: FlagSourceStatus
  readonly onEvent?: (event: FlagSourceEvent) => void
}

/** Flags that stay as they are: the same evaluation as with Unleash, and nobody to ask. */
export function createHeldFlags({ set, status, onEvent = () => {} }: HeldFlagsOptions): FlagSource {
  const evaluator = createEvaluator(null)
  evaluator.replace(set)
  const evaluation = guardedEvaluation(evaluator, onEvent)
  return {
    kind: status.kind,
    isEnabled: evaluation.isEnabled,
    feature: evaluator.feature,
    trace: evaluator.trace,
    held: () => set,
    status: () => status,
    close: async () => evaluator.close(),
  }
}

import type { FlagConfig } from '../config/schema-flag.ts'
import { completeFlagSet } from './flag-set.ts'
import type { Flag, FlagSource, FlagSourceEvent } from './flag-source.ts'
import { guardedEvaluation } from './guarded-evaluation.ts'
import { createEvaluator } from './unleash-evaluator.ts'

export interface FileFlagsOptions {
  /** `Snapshot.flags`. A new snapshot takes a new source; nothing is carried over. */
  readonly flags: readonly FlagConfig[]
  readonly onEvent?: (event: FlagSourceEvent) => void
}

/** The flags of `flags/*.json`: offline, ready at once, the same evaluation as with Unleash. */
export function createFileFlags({ flags, onEvent = () => {} }: FileFlagsOptions): FlagSource {
  const evaluator = createEvaluator(null)
  evaluator.replace(completeFlagSet({ features: flags as readonly Flag[], segments: [] }))
  const evaluation = guardedEvaluation(evaluator, onEvent)
  return {
    kind: 'flags',
    isEnabled: evaluation.isEnabled,
    feature: evaluator.feature,
    trace: evaluator.trace,
    status: () => ({
      kind: 'flags',
      ready: true,
      from: 'files',
      lastUpdated: null,
      failure: null,
    }),
    close: async () => evaluator.close(),
  }
}

import type { FlagContext, FlagSourceEvent } from './flag-source.ts'
import type { Evaluator } from './unleash-evaluator.ts'

export interface GuardedEvaluation {
  isEnabled(flag: string, context: FlagContext): boolean
  /** Lets failures be told again, since the flags have changed. */
  reset(): void
}

/**
 * Turns an evaluation that throws into "not matched": a constraint of a form that unleash-client
 * does not expect must cost a caller V2, not the answer.
 */
export function guardedEvaluation(
  evaluator: Pick<Evaluator, 'isEnabled'>,
  onEvent: (event: FlagSourceEvent) => void,
): GuardedEvaluation {
  const told = new Set<string>()
  return {
    isEnabled(flag, context) {
      try {
        return evaluator.isEnabled(flag, context)
      } catch (cause) {
        if (!told.has(flag)) {
          told.add(flag)
          onEvent({ type: 'evaluation-failed', flag, error: cause as Error })
        }
        return false
      }
    },
    reset: () => told.clear(),
  }
}

import type { Percent, RolloutRule } from '../../config/rollout-rule.ts'
import type { rolloutInWords } from '../../rollout/in-words.ts'
import type { Requirement } from '../../rollout/requirement.ts'
import type { Phase } from '../../rollout/rollout-state.ts'
import type { StageOnLine, stageLine } from '../../rollout/stage-line.ts'
import type { Step, StepFacts } from '../../rollout/step.ts'

/** A flag that a policy rolls out. */
export interface RolledOut {
  readonly flag: string
  readonly rule: RolloutRule
  /** Whether requests are copied to V2. */
  readonly isShadowed: boolean
}

/** Where the rollout of a flag stands. The same in the API, the status and the CLI. */
export interface RolloutReport {
  readonly flag: string
  readonly phase: Phase
  /** Percent that the flag says; null while nobody knows. */
  readonly percent: Percent | null
  /** What the flag is told when the stage is left; null behind the last. */
  readonly next: Percent | null
  readonly stages: readonly StageOnLine[]
  /** Wall-clock milliseconds since which the stage lasts; null before it was looked at. */
  readonly since: number | null
  /** Requests that V2 answered in it. */
  readonly requests: number
  readonly requirements: readonly Requirement[]
  readonly jumped: boolean
  readonly dryRun: boolean
  /** Where the percentage is written, such as `Unleash`. */
  readonly place: string
  /** All of it in a sentence. */
  readonly text: string
}

/** What was found when a flag was last looked at. */
export interface Found {
  readonly facts: StepFacts
  readonly step: Step
}

export function rolloutReport(
  { flag, rule }: RolledOut,
  place: string,
  found: Found | null,
  rules: { readonly inWords: typeof rolloutInWords; readonly stageLine: typeof stageLine },
): RolloutReport {
  const fixed = { flag, place, stages: rules.stageLine(rule, found), dryRun: rule.dryRun }
  if (found === null) return { ...fixed, ...unseen }
  const { facts, step } = found
  const { state, phase, next, requirements } = step
  return {
    ...{ ...fixed, phase, next, requirements },
    percent: facts.share.readable ? facts.share.percent : null,
    since: state?.since ?? null,
    requests: state?.requests ?? 0,
    jumped: state?.jumped ?? false,
    text: rules.inWords(step, facts),
  }
}

const unseen = {
  phase: 'idle',
  percent: null,
  next: null,
  since: null,
  requests: 0,
  requirements: [],
  jumped: false,
  text: 'not looked at yet',
} as const

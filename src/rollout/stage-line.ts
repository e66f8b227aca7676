import type { Percent, RolloutRule, StageRule } from '../config/rollout-rule.ts'
import { isSamePercent, onlyOf, percentInWords, raisedIn, reaches } from './percent.ts'
import type { Step, StepFacts } from './step.ts'

/** Where a rollout stands to one of its stages. */
export type StageStanding =
  | 'over' // it was left, or jumped over
  | 'here' // the flag says its percent
  | 'next'
  | 'ahead'
  | 'unknown' // the flag cannot be read

/** One stage on the line of all. */
export interface StageOnLine extends StageRule {
  readonly stands: StageStanding
  /** Its percent in words, such as `25 %`; of several strategies those that it raises: `enterprise 25 %`. */
  readonly text: string
}

/** All stages in their order, and where it stands to each; `found` is null before the first look. */
export function stageLine(
  { stages }: RolloutRule,
  found: { readonly step: Step; readonly facts: Pick<StepFacts, 'share'> } | null,
): readonly StageOnLine[] {
  const reached = (stage: StageRule | undefined) =>
    stage === undefined ||
    (found?.facts.share.readable && reaches(found.facts.share.percent, stage.percent))

  function standing(stage: StageRule, i: number): StageStanding {
    if (found === null || !found.facts.share.readable) return 'unknown'
    const { percent } = found.facts.share
    if (found.step.phase === 'promoted') return 'over'
    if (!reached(stage)) return reached(stages[i - 1]) ? 'next' : 'ahead'
    return isSamePercent(percent, stage.percent) ? 'here' : 'over'
  }

  return stages.map((stage, i) => ({
    ...stage,
    stands: standing(stage, i),
    text: percentInWords(raisedBy(stage, stages[i - 1])),
  }))
}

function raisedBy({ percent }: StageRule, before: StageRule | undefined): Percent {
  if (typeof percent === 'number') return percent
  return onlyOf(percent, raisedIn(before?.percent ?? {}, percent))
}

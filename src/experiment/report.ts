import type { Variant } from '../cohort/assignment.ts'
import type { ExperimentRule } from '../config/experiment-rule.ts'
import type { Counted } from './batches.ts'
import { type ExperimentFinding, findingOf, type VariantFinding } from './finding.ts'
import { experimentInWords } from './in-words.ts'
import { sampledShare } from './sample.ts'

/** One run of an experiment: what is known of its users belongs to it. Plain JSON. */
export interface ExperimentRun {
  readonly run: string
  /** Under which rules; others are another run. */
  readonly basis: string
  /** Wall-clock milliseconds. */
  readonly startedAt: number
  readonly who: string
  readonly why: string | null
  /** Verdicts that were told. */
  readonly told: readonly ExperimentFinding['verdict'][]
}

/** Where an experiment stands. The same in the API, the status and the CLI. */
export interface ExperimentReport extends Omit<ExperimentFinding, 'v1' | 'v2'> {
  readonly name: string
  readonly flag: string
  readonly policy: string
  readonly rule: ExperimentRule
  readonly v1: VariantUsers
  readonly v2: VariantUsers
  /** Users seen on both variants within their window: left out. */
  readonly crossed: number
  /** Users of batches in which the share moved: left out. */
  readonly moved: number
  /** Sightings of users that were lost, since this process began. */
  readonly leftOut: number
  /** Null before it began. */
  readonly began: Pick<ExperimentRun, 'startedAt' | 'who' | 'why'> | null
  /** All of it in a sentence. */
  readonly text: string
}

export interface VariantUsers extends VariantFinding {
  /** Whose window is open. */
  readonly open: number
  /** Who have nobody of the other variant beside them: left out. */
  readonly alone: number
  /** Share of the new users that is taken in. */
  readonly sampled: number
}

export interface ReportFacts
  extends Pick<ExperimentReport, 'flag' | 'policy' | 'rule' | 'leftOut'> {
  readonly run: ExperimentRun | null
  readonly counted: Counted
  readonly now: number
  /** Why it cannot go on just now, in words; null while it does. */
  readonly held: string | null
}

export function experimentReport(facts: ReportFacts): ExperimentReport {
  const { flag, policy, rule, leftOut, run, counted, now, held } = facts
  const { totals, kinds, known, open, crossed, moved } = counted
  const elapsedMs = run === null ? 0 : Math.max(0, now - run.startedAt)
  const found = findingOf({ rule, kinds, elapsedMs })
  // What cannot be read now says nothing: a gate must not open by it.
  const finding = held === null ? found : { ...found, verdict: 'not-yet' as const }
  const users = (variant: Variant): VariantUsers => ({
    ...finding[variant],
    open: open[variant],
    alone: totals.alone[variant],
    sampled: sampledShare(known),
  })
  return {
    ...finding,
    ...{ name: rule.name, flag, policy, rule, crossed, moved, leftOut },
    v1: users('v1'),
    v2: users('v2'),
    began: run && { startedAt: run.startedAt, who: run.who, why: run.why },
    text: held === null ? experimentInWords(rule, finding) : `${rule.name}: ${held}`,
  }
}

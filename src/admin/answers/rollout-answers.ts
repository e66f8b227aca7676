import type { Percent } from '../../config/rollout-rule.ts'
import type { RolloutAnswer } from '../../fleet/rollout/rollout-keeper.ts'
import type { RolloutReport } from '../../fleet/rollout/rollout-report.ts'
import type { Requirement } from '../../rollout/requirement.ts'
import type { StageOnLine } from '../../rollout/stage-line.ts'
import { shared } from './latch-answers.ts'
import {
  always,
  count,
  fieldsOf,
  listOf,
  moment,
  named,
  number,
  orNull,
  type SchemaOf,
  text,
  truth,
  words,
} from './schema-of.ts'

/** Of the one strategy that is moved, or of each by its title. */
const percent: SchemaOf<Percent> = {
  anyOf: [number, { type: 'object', additionalProperties: number }],
}

const stage = fieldsOf<StageOnLine>({
  percent,
  holdMs: count,
  minRequests: count,
  approve: words({ automatic: true, 'one-person': true, 'two-persons': true }),
  ask: orNull(text),
  experiments: listOf(text),
  stands: words({ over: true, here: true, next: true, ahead: true, unknown: true }),
  text,
})

const requirement = named<Requirement>('Requirement', {
  kind: words({
    hold: true,
    requests: true,
    gate: true,
    experiment: true,
    ask: true,
    approval: true,
  }),
  met: truth,
  text,
  aboutMs: orNull(number),
})

export const rolloutReport = named<RolloutReport>('RolloutReport', {
  flag: text,
  phase: words({
    idle: true,
    shadowing: true,
    progressing: true,
    holding: true,
    'waiting-approval': true,
    promoted: true,
    'switched-back': true,
    paused: true,
  }),
  percent: orNull(percent),
  next: orNull(percent),
  stages: listOf(stage),
  since: orNull(moment),
  requests: count,
  requirements: listOf(requirement),
  jumped: truth,
  dryRun: truth,
  place: text,
  text,
})

export const rolloutAnswer = fieldsOf<Extract<RolloutAnswer, { done: true }>>({
  done: always(true),
  report: rolloutReport,
  shared,
  text,
})

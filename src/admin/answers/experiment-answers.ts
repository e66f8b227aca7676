import type { ExperimentRule } from '../../config/experiment-rule.ts'
import type { RestartAnswer, ValuesAnswer } from '../../experiment/experiments-view.ts'
import type { ExperimentVerdict } from '../../experiment/finding.ts'
import type { Interval } from '../../experiment/interval.ts'
import type { ExperimentReport, VariantUsers } from '../../experiment/report.ts'
import {
  always,
  count,
  fieldsOf,
  listOf,
  moment,
  named,
  number,
  orNull,
  text,
  words,
} from './schema-of.ts'

const rule = fieldsOf<ExperimentRule>({
  name: text,
  of: words({ share: true, sum: true, mean: true }),
  from: words({ status: true, header: true, pushed: true }),
  statusClass: orNull(count),
  header: orNull(text),
  value: orNull(text),
  most: orNull(number),
  better: words({ more: true, less: true }),
  users: count,
  forMs: count,
  windowMs: count,
  alpha: number,
  margin: number,
  within: orNull(text),
})

export const experimentVerdict = words<ExperimentVerdict>({
  'not-yet': true,
  better: true,
  'no-worse': true,
  worse: true,
  'no-difference-shown': true,
})

const variant = named<VariantUsers>('VariantUsers', {
  users: count,
  mean: orNull(number),
  open: count,
  alone: count,
  sampled: number,
})

export const experimentReport = named<ExperimentReport>('ExperimentReport', {
  name: text,
  flag: text,
  policy: text,
  verdict: experimentVerdict,
  interval: orNull(fieldsOf<Interval>({ difference: number, low: number, high: number })),
  v1: variant,
  v2: variant,
  missingUsers: count,
  missingMs: number,
  rule,
  crossed: count,
  moved: count,
  leftOut: count,
  began: orNull(
    fieldsOf<NonNullable<ExperimentReport['began']>>({
      startedAt: moment,
      who: text,
      why: orNull(text),
    }),
  ),
  text,
})

export const experimentReports = listOf(experimentReport)

export const valuesAnswer = fieldsOf<Extract<ValuesAnswer, { taken: true }>>({
  taken: always(true),
  added: count,
  unknown: count,
  late: count,
})

export const restartAnswer = fieldsOf<Extract<RestartAnswer, { done: true }>>({
  done: always(true),
  report: experimentReport,
  text,
})

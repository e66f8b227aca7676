import type { RouteExplanation } from '../../cohort/caller-question.ts'
import type { FlagSourceStatus, StrategyTrace } from '../../cohort/flag-source.ts'
import type { Given, ReasonCount, SimulatedCaller, Simulation } from '../../cohort/simulation.ts'
import { assignmentReason, flagSourceFields, variant } from './assignment-answers.ts'
import {
  count,
  fieldsOf,
  listOf,
  named,
  number,
  optional,
  orNull,
  type SchemaOf,
  text,
  textsByName,
  truth,
  words,
} from './schema-of.ts'

const flagSource = named<FlagSourceStatus>('FlagSource', flagSourceFields)

export const explanation: SchemaOf<RouteExplanation> = named<RouteExplanation>('Explanation', {
  route: text,
  variant,
  reason: assignmentReason,
  text,
  stickyKey: fieldsOf<RouteExplanation['stickyKey']>({
    kind: words({ user: true, cookie: true, address: true }),
    value: text,
    fresh: truth,
  }),
  flag: orNull(text),
  flagSource,
  strategies: listOf(
    named<StrategyTrace>('StrategyTrace', {
      name: text,
      constraintsMatch: truth,
      constraintCount: count,
      groupId: orNull(text),
      bucket: orNull(count),
      percentage: orNull(number),
      matched: truth,
    }),
  ),
})

const given = fieldsOf<Given>({ variant, reason: assignmentReason })

export const simulation = named<Simulation>('Simulation', {
  route: text,
  flag: text,
  flagSource,
  strategy: count,
  percent: fieldsOf<Simulation['percent']>({ before: number, after: number }),
  sticky: words({ flag: true, 'seen-v2': true }),
  callers: count,
  repeated: count,
  v2: fieldsOf<Simulation['v2']>({ before: count, after: count }),
  moves: fieldsOf<Simulation['moves']>({ toV1: count, toV2: count }),
  reasons: listOf(
    fieldsOf<ReasonCount>({ reason: assignmentReason, text, before: count, after: count }),
  ),
  who: listOf(
    named<SimulatedCaller>('SimulatedCaller', {
      user: optional(text),
      session: optional(text),
      address: optional(text),
      properties: textsByName,
      before: given,
      after: given,
    }),
  ),
})

import type { Assignment } from '../../cohort/assignment.ts'
import type { RouteExplanation } from '../../cohort/caller-question.ts'
import type { FlagSourceStatus, StrategyTrace } from '../../cohort/flag-source.ts'
import type { Given, ReasonCount, SimulatedCaller, Simulation } from '../../cohort/simulation.ts'
import {
  count,
  fieldsOf,
  listOf,
  moment,
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

const variant = words<Assignment['variant']>({ v1: true, v2: true })

const reason = words<Assignment['reason']>({
  'v1-only': true,
  'flag-missing': true,
  'flag-off': true,
  'in-share': true,
  'out-of-share': true,
  'seen-v2': true,
  forced: true,
  'switched-back': true,
  drill: true,
})

const flagSource = named<FlagSourceStatus>('FlagSource', {
  kind: words({ unleash: true, flags: true }),
  ready: truth,
  from: words({ files: true, server: true, backup: true, nowhere: true }),
  lastUpdated: orNull(moment),
  failure: orNull(text),
  stream: words({ off: true, opening: true, open: true, 'not-offered': true, broken: true }),
})

export const explanation: SchemaOf<RouteExplanation> = named<RouteExplanation>('Explanation', {
  route: text,
  variant,
  reason,
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

const given = fieldsOf<Given>({ variant, reason })

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
  reasons: listOf(fieldsOf<ReasonCount>({ reason, text, before: count, after: count })),
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

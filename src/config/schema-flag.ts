import { type Static, Type } from 'typebox'

/** What the evaluation of unleash-client knows. */
const operators = [
  'IN',
  'NOT_IN',
  'STR_STARTS_WITH',
  'STR_ENDS_WITH',
  'STR_CONTAINS',
  'NUM_EQ',
  'NUM_GT',
  'NUM_GTE',
  'NUM_LT',
  'NUM_LTE',
  'DATE_AFTER',
  'DATE_BEFORE',
  'SEMVER_EQ',
  'SEMVER_GT',
  'SEMVER_GTE',
  'SEMVER_LT',
  'SEMVER_LTE',
  'REGEX',
  'IN_CIDR',
]

/** Without `gradualRolloutRandom`, which would move users at every request. */
const strategies = [
  'default',
  'flexibleRollout',
  'gradualRolloutUserId',
  'gradualRolloutSessionId',
  'userWithId',
  'remoteAddress',
  'applicationHostname',
]

/**
 * `flags/<name>.json`: who gets V2, as one Unleash feature object in the form that Unleash's client
 * API (`GET /api/client/features`) answers with. Used when no `unleash:` is configured. Unlike the
 * operator files, unknown keys of Unleash's own are let through, so that an export works unchanged.
 */
const Constraint = Type.Object({
  contextName: Type.String({
    minLength: 1,
    description: 'Context field: userId, sessionId, remoteAddress or a property of the route.',
  }),
  operator: Type.Unsafe<string>({
    enum: operators,
    description: 'How the field is compared; Unleash takes an unknown operator for "no match".',
  }),
  values: Type.Optional(Type.Array(Type.String())),
  value: Type.Optional(Type.String()),
  inverted: Type.Optional(Type.Boolean()),
  caseInsensitive: Type.Optional(Type.Boolean()),
})

const Percentage = Type.String({
  title: 'a percentage as text, "0" to "100"',
  description: 'Share of users in percent, as text and without a fraction: "50".',
})

/** Text by name; the two that are percentages are told apart to be explained. */
const Parameters = Type.Unsafe<Record<string, string>>(
  Type.Object(
    { rollout: Type.Optional(Percentage), percentage: Type.Optional(Percentage) },
    { additionalProperties: Type.String() },
  ),
)

const Strategy = Type.Object({
  name: Type.Unsafe<string>({
    enum: strategies,
    description: 'Built-in Unleash strategy; an unknown one would match nobody.',
  }),
  title: Type.Optional(
    Type.String({ description: 'What a rollout of several strategies knows this one by.' }),
  ),
  parameters: Type.Optional(Parameters),
  constraints: Type.Optional(Type.Array(Constraint)),
  segments: Type.Optional(
    Type.Array(Type.Integer(), {
      maxItems: 0,
      title: 'empty, since the Unleash segments are not in the file; write them as constraints',
      description: 'Ids of Unleash segments: only an Unleash server knows what they stand for.',
    }),
  ),
})

export const FlagSchema = Type.Object(
  {
    name: Type.String({
      minLength: 1,
      description: 'Flag name, the same as the file name without `.json`.',
    }),
    type: Type.Optional(Type.String()),
    description: Type.Optional(Type.String()),
    enabled: Type.Boolean({ description: 'Off means that everyone gets V1.' }),
    strategies: Type.Array(Strategy, { description: 'Any strategy that matches gives V2.' }),
  },
  { $id: 'flag.schema.json', title: 'flags/*.json' },
)

export type FlagConfig = Static<typeof FlagSchema>

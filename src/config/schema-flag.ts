import { type Static, Type } from 'typebox'

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
  operator: Type.String({ minLength: 1, description: 'Unleash operator, such as IN or NOT_IN.' }),
  values: Type.Optional(Type.Array(Type.String())),
  value: Type.Optional(Type.String()),
  inverted: Type.Optional(Type.Boolean()),
  caseInsensitive: Type.Optional(Type.Boolean()),
})

const Strategy = Type.Object({
  name: Type.String({
    minLength: 1,
    description: 'Unleash strategy, such as default or flexibleRollout.',
  }),
  parameters: Type.Optional(Type.Record(Type.String(), Type.String())),
  constraints: Type.Optional(Type.Array(Constraint)),
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

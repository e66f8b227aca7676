import { type Static, Type } from 'typebox'

/** How long revoked tokens are remembered, and how many. */
export const RevocationSchema = Type.Object(
  {
    maxTokenLifetimeSeconds: Type.Integer({
      default: 86400,
      minimum: 60,
      maximum: 31622400,
      description:
        'Seconds from the `iat` of a token to its `exp` at most, whoever issues it. A revoked caller is remembered for as long, and so is a token or session without `until`; a token that lives longer would be believed again afterwards.',
    }),
    maxEntries: Type.Integer({
      default: 100000,
      minimum: 1,
      maximum: 1000000,
      description:
        'Revocations in force at once, some 500 bytes each in every worker. Further ones are refused, and none that is in force gives way to them.',
    }),
  },
  {
    additionalProperties: false,
    default: {},
    description: 'Tokens that are believed no longer, though their signature is right.',
  },
)

export type RevocationConfig = Static<typeof RevocationSchema>

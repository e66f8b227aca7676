import { type Static, type TSchema, Type } from 'typebox'
import { ratePattern, rateTitle } from './units.ts'

/** `rateLimit` of a policy: who may ask how often. */
const strict = { additionalProperties: false }

/** Units at once, at most: beyond that a limit limits nothing. */
const mostUnits = 10_000_000

/** Printable ASCII without `"` and `\`, since the name of a limit stands in answers. */
const plainName = {
  pattern: '^[!#-\\[\\]-~]{1,128}$',
  title: 'printable ASCII without space, quotes and backslash, of at most 128 characters',
}

/** One thing that a limit tells callers apart by. */
export type LimitPartConfig =
  | 'user'
  | 'ip'
  | 'route'
  | 'method'
  | { header: string }
  | { claim: string }
  | { property: string }

const Part = Type.Unsafe<LimitPartConfig>({
  if: { type: 'object' },
  // biome-ignore lint/suspicious/noThenProperty: the JSON Schema keyword, never awaited
  then: Type.Object(
    {
      header: Type.Optional(
        Type.String({
          pattern: '^[A-Za-z0-9-]+$',
          title: 'a header name of letters, digits and hyphens',
          description:
            'Request header. A client may send what it likes there: set it in a trusted proxy, or limit the address too.',
        }),
      ),
      claim: Type.Optional(
        Type.String({ ...plainName, description: 'Claim of the verified JWT.' }),
      ),
      property: Type.Optional(
        Type.String({ ...plainName, description: 'Property of the route, such as tenant.' }),
      ),
    },
    {
      ...strict,
      minProperties: 1,
      maxProperties: 1,
      title: 'exactly one of header, claim and property',
    },
  ),
  else: {
    enum: ['user', 'ip', 'route', 'method'],
    title: 'user, ip, route, method, or an object with header, claim or property',
  },
})

const Key = oneOrList<LimitPartConfig>(
  Part,
  'Who has a bucket of their own: each `user`, `ip` (an IPv6 client by its /64), `route`, `method`, value of a header, claim or property, or each combination of those in a list. Where a caller lacks one, its address counts in its place. Without `route` all routes of the policy count together.',
)

/** One value, or a list of such; told apart by the shape of what is written. */
function oneOrList<Item>(item: TSchema, description: string) {
  return Type.Unsafe<Item | Item[]>({
    if: { type: 'array' },
    // biome-ignore lint/suspicious/noThenProperty: the JSON Schema keyword, never awaited
    then: { type: 'array', items: item, minItems: 1, maxItems: 8, uniqueItems: true },
    else: item,
    description,
  })
}

export const RateLimitSchema = Type.Object(
  {
    name: Type.Optional(
      Type.String({
        pattern: '^[a-z0-9][a-z0-9._-]{0,63}$',
        title: 'a name of lower-case letters, digits, . _ and -, of at most 64 characters',
        description:
          'Name in metrics, log and `RateLimit-Policy`. Absent: key and limit as written, such as `user 100/s`.',
      }),
    ),
    key: Key,
    limit: Type.String({
      pattern: ratePattern,
      title: rateTitle,
      description: 'Units in each second, minute, hour or day, given back evenly.',
    }),
    burst: Type.Optional(
      Type.Integer({
        minimum: 1,
        maximum: mostUnits,
        description: 'Units at once, after a pause. Absent: as many as `limit`.',
      }),
    ),
    cost: Type.Record(
      Type.String({ pattern: '^[A-Z]+$' }),
      Type.Integer({ minimum: 0, maximum: mostUnits }),
      {
        ...strict,
        default: {},
        description:
          'Units that a request takes, by method; 1 for those not named, 0 for those that do not count.',
      },
    ),
  },
  strict,
)

export type RateLimitConfig = Static<typeof RateLimitSchema>

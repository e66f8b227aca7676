import { type Static, Type } from 'typebox'
import { EjectionSchema, HealthSchema } from './schema-health.ts'
import { MappingSchema } from './schema-mapping.ts'
import { UpstreamTlsSchema } from './schema-upstream.ts'

/** `routes/<name>.yaml`: where a request goes. One file is one route; the file's name is the route's name. */
const strict = { additionalProperties: false }

const headerName = {
  pattern: '^[A-Za-z0-9-]+$',
  title: 'a header name of letters, digits and hyphens',
}

/** Where a fact about the caller is read from: a request header, or a claim of the verified token. */
const Source = Type.Unsafe<{ header: string } | { claim: string }>(
  Type.Object(
    {
      header: Type.Optional(
        Type.String({
          ...headerName,
          description: 'Request header that carries it.',
        }),
      ),
      claim: Type.Optional(
        Type.String({
          minLength: 1,
          description: 'Claim of the verified JWT that carries it.',
        }),
      ),
    },
    { ...strict, minProperties: 1, maxProperties: 1, title: 'exactly one of header and claim' },
  ),
)

const Upstream = Type.Object(
  {
    url: Type.Optional(
      Type.String({ format: 'uri', description: 'Origin (scheme, host and port) of the backend.' }),
    ),
    urls: Type.Optional(
      Type.Array(Type.String({ format: 'uri' }), {
        minItems: 1,
        uniqueItems: true,
        description: 'Several origins; the least busy one is taken.',
      }),
    ),
    health: Type.Optional(HealthSchema),
    ejection: Type.Optional(EjectionSchema),
    mapping: Type.Optional(MappingSchema),
    hostHeader: Type.Enum(['preserve', 'upstream'], {
      default: 'preserve',
      description: 'Host header sent: the one the client sent, or the origin of the backend.',
    }),
    tls: Type.Optional(UpstreamTlsSchema),
    credential: Type.Optional(
      Type.String({
        description:
          'Value of the Authorization header (RFC 9110 section 11.6.2) that this variant gets in the place of whatever the client sent, such as a Bearer token out of a secret; `none` for no such header. Under a policy with a JWT it goes with `auth.forward.authorization: replace`.',
      }),
    ),
  },
  strict,
)

const Force = Type.Object(
  {
    header: Type.String({
      default: 'x-switchback-force',
      ...headerName,
      description: 'Request header whose value `v1` or `v2` forces the variant.',
    }),
    users: Type.Array(Type.String({ minLength: 1 }), {
      minItems: 1,
      description: 'User ids that may force a variant; the header of anyone else is ignored.',
    }),
  },
  strict,
)

export const RouteSchema = Type.Object(
  {
    match: Type.Object(
      {
        host: Type.Optional(
          Type.String({
            minLength: 1,
            description: 'Host name without port, or `*.example.com`; absent matches every host.',
          }),
        ),
        path: Type.String({
          pattern: '^/',
          title: 'a path that begins with /',
          description: 'Canonical path prefix, matched on whole segments; the longest wins.',
        }),
        methods: Type.Optional(
          Type.Array(Type.String({ pattern: '^[A-Z]+$', title: 'a method in capitals' }), {
            minItems: 1,
            uniqueItems: true,
            description: 'Methods; absent matches all.',
          }),
        ),
      },
      strict,
    ),
    v1: Upstream,
    v2: Type.Optional(Upstream),
    flag: Type.Optional(
      Type.String({
        minLength: 1,
        description: 'Flag that decides who gets V2; needed when there is a v2.',
      }),
    ),
    policy: Type.String({
      minLength: 1,
      description: 'Name of a file in policies/, without `.yaml`.',
    }),
    sticky: Type.Enum(['flag', 'seen-v2'], {
      default: 'flag',
      description:
        '`flag`: the flag decides every request. `seen-v2`: who has once seen V2 keeps it.',
    }),
    stickyKey: Type.Array(Type.Enum(['user', 'cookie', 'address']), {
      default: ['user', 'cookie'],
      minItems: 1,
      uniqueItems: true,
      description:
        'What is hashed, first that is known: user id, cookie `sb_sid` (set by the gateway), client address.',
    }),
    user: Type.Optional({
      ...Source,
      description:
        'Where the user id comes from; under a policy with a JWT the claim `sub` unless said otherwise, under `auth: public` nobody has one.',
    }),
    properties: Type.Record(Type.String({ pattern: '^[A-Za-z][A-Za-z0-9_]*$' }), Source, {
      ...strict,
      default: {},
      description: 'Properties for the constraints of the flag, such as segment or tenant.',
    }),
    force: Type.Optional(Force),
    decisionHeader: Type.Boolean({
      default: false,
      description: 'Answer with `x-switchback-decision: <variant>; reason=<reason>`.',
    }),
  },
  { ...strict, $id: 'route.schema.json', title: 'routes/*.yaml' },
)

export type RouteConfig = Static<typeof RouteSchema>
export type UpstreamConfig = Static<typeof Upstream>
export type SourceConfig = Static<typeof Source>

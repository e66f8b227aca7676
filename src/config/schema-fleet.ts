import { type Static, Type } from 'typebox'
import { headerValue } from './header-value.ts'

/** Where a gateway keeps what must outlive it, and whom it tells. */
const strict = { additionalProperties: false }

export const StoreSchema = Type.Object(
  {
    dir: Type.String({
      default: '.switchback',
      minLength: 1,
      description:
        'Directory of the SQLite files: one with latches and audit, one with how V1 and V2 did; relative to the configuration directory; must be writable.',
    }),
    redis: Type.Optional(
      Type.String({
        minLength: 1,
        description:
          'Shares latches, counts, audit and rate limits with other machines: redis://host:port/db, rediss://…, redis+sentinel://host:port,host:port/name or redis+cluster://host:port,host:port. Absent: this machine is alone.',
      }),
    ),
    prefix: Type.String({
      default: 'switchback',
      pattern: '^[A-Za-z0-9_.:-]{1,64}$',
      title: 'a name of letters, digits, _ . : and -',
      description: 'Beginning of every Redis key; gateways with the same one are a fleet.',
    }),
    timeoutMs: Type.Integer({
      default: 500,
      minimum: 10,
      maximum: 10000,
      description:
        'Milliseconds that a Redis command has; later it counts as lost, and this machine guards alone.',
    }),
    limitsTimeoutMs: Type.Integer({
      default: 50,
      minimum: 5,
      maximum: 1000,
      description:
        'Milliseconds that a rate limit waits for Redis, in the way of a request; later each process takes its share of the limits by itself. No longer than `timeoutMs` in any case.',
    }),
  },
  { ...strict, default: {} },
)

export const WebhookSchema = Type.Object(
  {
    url: Type.String({ format: 'uri', description: 'Address that gets a POST.' }),
    format: Type.Enum(['json', 'slack'], {
      default: 'json',
      description:
        '`json`: the whole event. `slack`: a body that Slack and its likes show as a message.',
    }),
    secret: Type.Optional(
      Type.String({
        minLength: 16,
        description:
          'Signs the body: `x-switchback-signature: t=<seconds>,v1=<HMAC-SHA256 in hex over "t.body">`.',
      }),
    ),
    events: Type.Array(Type.Enum(['tripped', 'resumed', 'validated', 'security', 'rollout']), {
      default: ['tripped', 'resumed', 'validated'],
      minItems: 1,
      uniqueItems: true,
      description:
        'What it is told of. Two are told only to those that name them: `security`, that a security event began, and that it is over; `rollout`, that a stage began or was the last one, and that a percentage was moved by hand or was not heard.',
    }),
  },
  strict,
)

export const UnleashAdminSchema = Type.Object(
  {
    url: Type.String({
      format: 'uri',
      description: 'Base address of the admin API, such as https://unleash.example.com/api/admin.',
    }),
    token: Type.String({
      ...headerValue,
      description: 'Admin or service-account token that may change the environment of the flags.',
    }),
    project: Type.String({
      default: 'default',
      minLength: 1,
      description: 'Project of the flags.',
    }),
    environment: Type.String({
      default: 'production',
      minLength: 1,
      description:
        'Environment in which a flag is turned off after a switch back, and on by a resume.',
    }),
  },
  { ...strict, description: 'Absent: the latch alone keeps traffic on V1, and the flag stays on.' },
)

export type StoreConfig = Static<typeof StoreSchema>
export type WebhookConfig = Static<typeof WebhookSchema>
export type UnleashAdminConfig = Static<typeof UnleashAdminSchema>

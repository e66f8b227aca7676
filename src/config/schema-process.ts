import { type Static, Type } from 'typebox'
import { headerValue } from './header-value.ts'
import { AdminSchema } from './schema-admin.ts'
import { JwksSchema } from './schema-auth.ts'
import { ClientLimitsSchema } from './schema-client.ts'
import { DecisionsSchema } from './schema-decisions.ts'
import { StoreSchema, UnleashAdminSchema, WebhookSchema } from './schema-fleet.ts'
import { ListenSchema } from './schema-listen.ts'
import { SheddingSchema } from './schema-overload.ts'
import { ResidualSchema } from './schema-residual.ts'
import { RevocationSchema } from './schema-revocation.ts'
import { SecuritySchema } from './schema-security.ts'
import { TracingSchema } from './schema-tracing.ts'

/** `switchback.yaml`: what belongs to the process and not to one route. Every field has a default. */
const strict = { additionalProperties: false }

/** A group that may be left out as a whole, since each of its fields has a default. */
const optional = { ...strict, default: {} }

const Drain = Type.Object(
  {
    delayMs: Type.Integer({
      default: 0,
      minimum: 0,
      description:
        'Milliseconds between /ready turning 503 and the listener closing, so that a load balancer can look away first.',
    }),
    lingerMs: Type.Integer({
      default: 1000,
      minimum: 0,
      description:
        'Milliseconds that idle client connections stay open once the listener is closed: a request on its way is still answered.',
    }),
    graceMs: Type.Integer({
      default: 8000,
      minimum: 0,
      description: 'Milliseconds that requests in flight and WebSockets have to finish after that.',
    }),
  },
  optional,
)

const Unleash = Type.Object(
  {
    url: Type.String({
      format: 'uri',
      description: 'Base address of the Unleash API, such as https://unleash.example.com/api.',
    }),
    token: Type.String({
      ...headerValue,
      description:
        // biome-ignore lint/suspicious/noTemplateCurlyInString: the form that operators write
        'Client (backend) API token; write it as ${UNLEASH_TOKEN} or ${file:/run/secrets/unleash}.',
    }),
    appName: Type.String({
      default: 'switchback',
      minLength: 1,
      description: 'Name under which this gateway appears in Unleash.',
    }),
    refreshIntervalMs: Type.Integer({
      default: 5000,
      minimum: 100,
      description: 'Milliseconds between two polls of the flags.',
    }),
    streaming: Type.Boolean({
      default: false,
      description:
        'Also let Unleash say at once that flags changed (GET <url>/client/streaming), where it does: Unleash Enterprise and Edge. Polling goes on beside it.',
    }),
    impactMetrics: Type.Boolean({
      default: false,
      description:
        'Also tell Unleash once a minute what V1 and V2 of each flag did, as impact metrics (POST <url>/client/metrics): requests, errors and latency. Only Unleash Enterprise shows them.',
    }),
    timeoutMs: Type.Integer({
      default: 3000,
      minimum: 100,
      description: 'Milliseconds the start waits for Unleash before it goes on with the backup.',
    }),
    backupDir: Type.String({
      default: '.switchback',
      description:
        'Directory for the last good flag state, relative to the configuration directory.',
    }),
    admin: Type.Optional(UnleashAdminSchema),
  },
  strict,
)

const Log = Type.Object(
  {
    level: Type.Enum(['trace', 'debug', 'info', 'warn', 'error', 'fatal', 'silent'], {
      default: 'info',
      description: 'Least severe level that is written.',
    }),
    access: Type.Boolean({ default: true, description: 'One line per client request.' }),
  },
  optional,
)

export const ProcessSchema = Type.Object(
  {
    name: Type.String({
      default: 'switchback',
      pattern: "^[A-Za-z0-9!#$%&'*+.^_`|~-]{1,64}$",
      title: 'an HTTP token of at most 64 characters',
      description:
        'Pseudonym in the Via header (RFC 9110 section 7.6.3); a request that already carries it is a loop and answered 508. Give each gateway in a chain its own.',
    }),
    listen: ListenSchema,
    admin: AdminSchema,
    limits: ClientLimitsSchema,
    shedding: SheddingSchema,
    security: SecuritySchema,
    trustedProxies: Type.Array(Type.String(), {
      default: [],
      description:
        'Addresses or CIDR ranges whose X-Forwarded-* headers and request ids are believed.',
    }),
    upstream: Type.Object(
      {
        client: Type.Enum(['http1', 'undici'], {
          default: 'http1',
          description: 'HTTP/1.1 client towards upstreams: our own lean one, or undici.',
        }),
        maxConnections: Type.Integer({
          default: 1024,
          minimum: 1,
          description:
            'Connections of each worker per upstream origin; a request beyond them is answered 503.',
        }),
        keepAliveTimeoutMs: Type.Integer({
          default: 4000,
          minimum: 1,
          description:
            'Milliseconds an idle upstream connection is kept; an upstream Keep-Alive hint shortens it.',
        }),
        maxHeaderBytes: Type.Integer({
          default: 65536,
          minimum: 1024,
          description: 'Bytes of an upstream response head; more is answered 502.',
        }),
      },
      optional,
    ),
    cookieSecret: Type.Optional(
      Type.String({
        minLength: 32,
        description:
          'Key for signing the cookie of `sticky: seen-v2`; the same on every gateway of a fleet.',
      }),
    ),
    drain: Drain,
    workers: Type.Integer({
      default: 1,
      minimum: 1,
      maximum: 64,
      description:
        'Processes that forward requests. With more than one, another holds the control plane and starts anew those that die.',
    }),
    store: StoreSchema,
    webhooks: Type.Array(WebhookSchema, {
      default: [],
      description:
        'Who is told of a switch back and of a resume, and of security events and rollouts where asked for.',
    }),
    jwks: JwksSchema,
    revocation: RevocationSchema,
    decisions: DecisionsSchema,
    residual: ResidualSchema,
    unleash: Type.Optional(Unleash),
    log: Log,
    tracing: Type.Optional(TracingSchema),
  },
  { ...strict, $id: 'switchback.schema.json', title: 'switchback.yaml' },
)

export type ProcessConfig = Static<typeof ProcessSchema>

import { type Static, Type } from 'typebox'
import { AuthSchema } from './schema-auth.ts'
import { BudgetSchema } from './schema-budget.ts'
import {
  AddressesSchema,
  ContentTypesSchema,
  CorsSchema,
  SecurityHeadersSchema,
} from './schema-entrance.ts'
import { ExperimentSchema } from './schema-experiment.ts'
import { RateLimitSchema } from './schema-limits.ts'
import { placesFields } from './schema-overload.ts'
import {
  BreakerSchema,
  FallbackSchema,
  SwitchBackSchema,
  TestFaultsSchema,
} from './schema-protection.ts'
import { RolloutSchema } from './schema-rollout.ts'
import { ShadowSchema } from './schema-shadow.ts'

/** `policies/<name>.yaml`: how far a request may go. Routes name a policy; several routes may share one. */
const strict = { additionalProperties: false }

/** A group that may be left out as a whole, since each of its fields has a default. */
const optional = { ...strict, default: {} }

export const PolicySchema = Type.Object(
  {
    auth: AuthSchema,
    addresses: Type.Optional(AddressesSchema),
    contentTypes: Type.Optional(ContentTypesSchema),
    cors: Type.Optional(CorsSchema),
    securityHeaders: Type.Optional(SecurityHeadersSchema),
    origins: Type.Optional(
      Type.Array(Type.String({ minLength: 1 }), {
        description:
          'Origin header values that may open a WebSocket; others are answered 403. Absent: any. Other requests are the matter of `cors`.',
      }),
    ),
    rateLimit: Type.Array(RateLimitSchema, {
      default: [],
      maxItems: 8,
      description:
        'How often callers may ask. A request takes of every limit or of none; over one it is answered 429, before V1 or V2 is chosen.',
    }),
    maxBodyBytes: Type.Integer({
      default: 0,
      minimum: 0,
      description:
        'Bytes of request body, more is answered 413; 0 is unlimited, since bodies stream.',
    }),
    ...placesFields,
    timeouts: Type.Object(
      {
        connectMs: Type.Integer({
          default: 2000,
          minimum: 1,
          description: 'Milliseconds to open an upstream connection, else 504.',
        }),
        headersMs: Type.Integer({
          default: 30000,
          minimum: 1,
          description:
            'Milliseconds from the sent request to the upstream response head, else 504.',
        }),
        bodyMs: Type.Integer({
          default: 60000,
          minimum: 0,
          description:
            'Milliseconds between two pieces of an upstream body, else the answer is broken off; 0 for long silent streams.',
        }),
        deadlineMs: Type.Integer({
          default: 30000,
          minimum: 1,
          description:
            'Milliseconds from admission, or from the end of the request body, until an answer has begun, all attempts and the fallback included, else 504.',
        }),
      },
      optional,
    ),
    websocket: Type.Object(
      {
        idleTimeoutMs: Type.Integer({
          default: 0,
          minimum: 0,
          description:
            'Milliseconds without a byte either way before a WebSocket is closed with 1001; 0 for never.',
        }),
        closeTimeoutMs: Type.Integer({
          default: 3000,
          minimum: 1,
          description:
            'Milliseconds that a WebSocket closed by the gateway has to answer with its own Close.',
        }),
      },
      optional,
    ),
    retry: Type.Object(
      {
        attempts: Type.Integer({
          default: 1,
          minimum: 0,
          maximum: 3,
          description: 'Further attempts for an idempotent request of which no byte was answered.',
        }),
        budgetPercent: Type.Number({
          default: 20,
          minimum: 0,
          maximum: 100,
          description:
            'Most retries as a share of requests, so that retries cannot multiply an outage.',
        }),
      },
      optional,
    ),
    breaker: Type.Optional(BreakerSchema),
    fallback: Type.Optional(FallbackSchema),
    budgets: Type.Array(BudgetSchema, {
      default: [],
      description:
        'What V2 is allowed; exceeding any of them sends all traffic of the flag back to V1.',
    }),
    experiments: Type.Array(ExperimentSchema, {
      default: [],
      maxItems: 8,
      description:
        'What of the users of V1 and of V2 is compared. Needs cookieSecret in switchback.yaml, by which users are told apart without their ids being kept.',
    }),
    shadow: Type.Optional(ShadowSchema),
    rollout: Type.Optional(RolloutSchema),
    switchBack: SwitchBackSchema,
    testers: Type.Array(Type.String({ minLength: 1 }), {
      default: [],
      uniqueItems: true,
      description: 'User ids of test callers: the only ones that `testFaults` and drills touch.',
    }),
    testFaults: Type.Optional(TestFaultsSchema),
  },
  { ...strict, $id: 'policy.schema.json', title: 'policies/*.yaml' },
)

export type PolicyConfig = Static<typeof PolicySchema>

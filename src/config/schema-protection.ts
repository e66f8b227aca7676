import { Type } from 'typebox'
import { duration, share } from './schema-shape.ts'

/** What a policy does when an upstream fails: breaker, fallback, the way back to V1, and rehearsing all that. */
const strict = { additionalProperties: false }

export const BreakerSchema = Type.Object(
  {
    errorRate: share({
      default: '50%',
      description:
        'Share of failures (5xx, faults and timeouts; not 4xx, not clients that leave) from which an origin is not asked any more.',
    }),
    minRequests: Type.Integer({
      default: 20,
      minimum: 1,
      description: 'Answers within the window before the share counts.',
    }),
    window: duration({ default: '10s', description: 'Time over which the share is taken.' }),
    openFor: duration({
      default: '10s',
      description: 'Time after which one request probes whether the origin is back.',
    }),
  },
  {
    ...strict,
    description:
      'Circuit breaker of each origin. Open on V2, its requests go to V1; open on V1, they are answered 503 with Retry-After. Absent: none.',
  },
)

export const FallbackSchema = Type.Object(
  {
    to: Type.Enum(['v1'], { default: 'v1', description: 'Who answers in the place of V2.' }),
    methods: Type.Array(Type.Enum(['GET', 'HEAD', 'OPTIONS']), {
      default: ['GET', 'HEAD'],
      minItems: 1,
      uniqueItems: true,
      description: 'Safe methods (RFC 9110 section 9.2.1) that may be asked for a second time.',
    }),
    withinMs: Type.Optional(
      Type.Integer({
        minimum: 1,
        description:
          'Milliseconds that V2 has to begin its answer before V1 is asked instead. Absent: as long as `timeouts` say.',
      }),
    ),
    maxBodyBytes: Type.Integer({
      default: 65536,
      minimum: 0,
      maximum: 16777216,
      description:
        'Bytes of request body kept to be sent again; a request with more has no fallback.',
    }),
  },
  {
    ...strict,
    description:
      'A request that V2 fails (5xx, fault, timeout) before its answer has begun is answered by V1, and still counts against V2. Absent: V2 answers for itself.',
  },
)

export const SwitchBackSchema = Type.Object(
  {
    drainFor: duration({
      default: '30s',
      description:
        'Time that WebSockets and streams on V2 have to end after a switch back; what is left is cut.',
    }),
    jitter: duration({
      default: '5s',
      description:
        'Time over which they are told to go, so that clients do not return all at once.',
    }),
    resumeAfter: Type.Optional(
      duration({
        description:
          'Time after which V2 is allowed again by itself, if every policy of the flag says so; the longest counts. Absent: a person resumes.',
      }),
    ),
  },
  { ...strict, default: {} },
)

export const TestFaultsSchema = Type.Object(
  {
    share: share({
      default: '100%',
      description: "Share of the testers' V2 requests it happens to.",
    }),
    delay: Type.Optional(
      duration({ description: 'Time that the request waits before V2 is asked.' }),
    ),
    status: Type.Optional(
      Type.Integer({
        minimum: 500,
        maximum: 599,
        description: 'Status with which V2 seems to answer; V2 is not asked.',
      }),
    ),
  },
  {
    ...strict,
    minProperties: 1,
    description:
      'Faults made on purpose, for `testers` alone, to see the fallback at work. They are held against nobody: neither breakers nor budgets count them.',
  },
)

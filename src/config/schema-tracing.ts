import { type Static, Type } from 'typebox'
import { headerValue } from './header-value.ts'
import { sharePattern, shareTitle } from './units.ts'

/** `tracing` of `switchback.yaml`: traces that go on here, and where their spans are sent. */
const strict = { additionalProperties: false }

export const TracingSchema = Type.Object(
  {
    otlp: Type.Optional(
      Type.String({
        format: 'uri',
        description:
          'Base address of a collector that takes OTLP over HTTP, such as http://127.0.0.1:4318; spans are posted to `<otlp>/v1/traces` as protobuf. Absent: traces go on to the upstreams and stand in the log, and no span is recorded.',
      }),
    ),
    headers: Type.Record(
      Type.String({ pattern: "^[A-Za-z0-9!#$%&'*+.^_`|~-]{1,128}$" }),
      Type.String(headerValue),
      {
        ...strict,
        default: {},
        description:
          // biome-ignore lint/suspicious/noTemplateCurlyInString: the form that operators write
          'Headers of each post, by name, such as what the collector wants to be paid with; write secrets as ${NAME} or ${file:/path}.',
      },
    ),
    sample: Type.String({
      default: '1%',
      pattern: sharePattern,
      title: shareTitle,
      description:
        'Share of the traces that are recorded, of those that begin here or come from a client who is not believed. Services behind the gateway follow its choice, as they do by default.',
    }),
    continue: Type.Enum(['anyone', 'trusted-proxies'], {
      default: 'anyone',
      description:
        'Whose trace goes on here: `anyone` who sends a valid traceparent (W3C Trace Context), or `trusted-proxies` alone, with a new trace for all others. Whether it is recorded is believed of `trustedProxies` only, in both cases.',
    }),
    resource: Type.Record(
      Type.String({ pattern: '^[A-Za-z][A-Za-z0-9_.-]{0,127}$' }),
      Type.String({ minLength: 1, maxLength: 256 }),
      {
        ...strict,
        default: {},
        description:
          'Attributes of the gateway itself beside those that it knows, such as `deployment.environment.name: production`.',
      },
    ),
    maxQueuedSpans: Type.Integer({
      default: 4096,
      minimum: 256,
      maximum: 65536,
      description:
        'Spans that wait for the collector in each worker; further ones are dropped and counted.',
    }),
    timeoutMs: Type.Integer({
      default: 5000,
      minimum: 100,
      maximum: 60000,
      description: 'Milliseconds that the collector has to take one post.',
    }),
  },
  { ...strict, description: 'Absent: what clients send of traces passes through as it is.' },
)

export type TracingConfig = Static<typeof TracingSchema>

import type { Variant } from '../../cohort/assignment.ts'
import {
  methodAttributes,
  methodInName,
  pathInSpan,
  type Span,
  type SpanAttributes,
  stateInSpan,
} from './span.ts'

/** One request to an upstream that is over. */
export interface AskedOrigin
  extends Pick<
    Span,
    'traceId' | 'spanId' | 'parentId' | 'flags' | 'state' | 'beganAt' | 'endedAt' | 'link'
  > {
  readonly method: string
  readonly path: string
  readonly variant: Variant
  /** `http://host:port`. */
  readonly origin: string
  /** Status of its answer; 0 for none. */
  readonly status: number
  /** The word for what ended it; null where the answer came whole. */
  readonly error: string | null
  /** What more there is to say of it. */
  readonly more: SpanAttributes
}

/** What nobody did wrong: the client left, or nobody waits for the answer any more. */
const harmless = new Set(['aborted', 'stopping'])

/** The span of an attempt at an upstream, by OpenTelemetry's conventions for HTTP clients. */
export function clientSpan(asked: AskedOrigin): Span {
  const { method, path, variant, origin, status, error, more } = asked
  const { traceId, spanId, parentId, flags, state, beganAt, endedAt, link } = asked
  const type = error ?? (status >= 400 ? `${status}` : null)
  return {
    ...{ traceId, spanId, parentId, flags, beganAt, endedAt, link },
    state: stateInSpan(state),
    parentIsRemote: false,
    kind: 'client',
    name: methodInName(method),
    failed: type !== null && !harmless.has(type),
    attributes: {
      ...methodAttributes(method),
      ...addressAttributes(origin),
      // Without the query, which is as secret here as in the log.
      'url.full': pathInSpan(origin + path),
      ...(status === 0 ? {} : { 'http.response.status_code': status }),
      ...(type === null ? {} : { 'error.type': type }),
      'network.protocol.name': 'http',
      'network.protocol.version': '1.1',
      'switchback.variant': variant,
      ...more,
    },
  }
}

function addressAttributes(origin: string): SpanAttributes {
  const [, scheme, host = '', port] = /^(https?):\/\/(.*?)(?::(\d+))?$/.exec(origin) ?? []
  return {
    'server.address': host,
    'server.port': port === undefined ? (scheme === 'https' ? 443 : 80) : Number(port),
  }
}

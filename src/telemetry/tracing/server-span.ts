import type { Assignment } from '../../cohort/assignment.ts'
import type { LinkedRoute } from '../../config/snapshot.ts'
import type { Refusal } from '../../errors.ts'
import type { GatewayRequest } from '../../ingress/request.ts'
import type { RequestTrace } from '../../ingress/request-trace.ts'
import type { FallbackReason } from '../../upstream/outcome.ts'
import { methodAttributes, methodInName, pathInSpan, type Span, stateInSpan } from './span.ts'

/** A client's request that is over. */
export interface ServedRequest {
  readonly request: GatewayRequest
  readonly trace: RequestTrace
  /** Null where none matched. */
  readonly route: Pick<LinkedRoute, 'name' | 'match' | 'flag'> | null
  /** Whether the latch of its flag is tripped; null where no flag decides. */
  readonly tripped: boolean | null
  /** Null where no upstream was asked. */
  readonly assignment: Assignment | null
  readonly fallback: FallbackReason | null
  /** What the gateway answered in its own name instead. */
  readonly refusal: Refusal | null
  /** Status that the client got; 0 when it got none. */
  readonly status: number
  /** `clock.monotonic()`. */
  readonly endedAt: number
}

/**
 * The gateway's own span of a request, by OpenTelemetry's conventions for HTTP servers and with our words
 * under `switchback.`. The query, the headers and the client's address stay out of it: spans leave the house.
 */
export function serverSpan(served: ServedRequest): Span {
  const { request, trace, route, tripped, assignment, fallback, refusal, status } = served
  const { method, path, scheme, host, authority } = request
  const port = /:(\d+)$/.exec(authority)?.[1]
  const failed = status >= 500
  const name = methodInName(method)
  return {
    traceId: trace.traceId,
    spanId: trace.spanId,
    parentId: trace.parentId,
    parentIsRemote: trace.parentId !== '',
    flags: trace.flags,
    state: stateInSpan(trace.state),
    kind: 'server',
    name: route === null ? name : `${name} ${route.match.path}`,
    beganAt: trace.beganAt,
    endedAt: served.endedAt,
    failed,
    link: null,
    attributes: {
      ...methodAttributes(method),
      'url.scheme': scheme,
      'url.path': pathInSpan(path),
      'server.address': host,
      ...(port === undefined ? {} : { 'server.port': Number(port) }),
      'network.protocol.name': 'http',
      'network.protocol.version': protocolVersion(request),
      ...(status === 0 ? {} : { 'http.response.status_code': status }),
      ...(failed ? { 'error.type': refusal ?? `${status}` } : {}),
      'switchback.request_id': request.id,
      ...(route === null ? {} : { 'http.route': route.match.path, 'switchback.route': route.name }),
      ...(route?.flag === undefined ? {} : { 'switchback.flag': route.flag }),
      ...(tripped === null ? {} : { 'switchback.latch': tripped ? 'tripped' : 'open' }),
      ...(assignment === null
        ? {}
        : { 'switchback.variant': assignment.variant, 'switchback.reason': assignment.reason }),
      ...(fallback === null ? {} : { 'switchback.fallback': fallback }),
      ...(refusal === null ? {} : { 'switchback.refusal': refusal }),
    },
  }
}

/** `2`, as OpenTelemetry writes it, and not `2.0`. */
function protocolVersion({ raw }: GatewayRequest): string {
  return raw.httpVersion === '2.0' ? '2' : raw.httpVersion
}

import type { Clock } from '../clock.ts'
import type { Variant } from '../cohort/assignment.ts'
import type { GatewayRequest } from '../ingress/request.ts'
import type { RequestTrace } from '../ingress/request-trace.ts'
import { randomFlag, traceHeaders } from '../ingress/trace-context.ts'
import type { TraceCopy } from '../shadow/copy-trace.ts'
import { type AskedOrigin, clientSpan } from '../telemetry/tracing/client-span.ts'
import type { SpanExporter } from '../telemetry/tracing/exporter.ts'
import { stateInSpan } from '../telemetry/tracing/span.ts'
import type { AttemptTrace, TracedAttempt } from '../upstream/attempt-trace.ts'
import type { Ids } from './ids.ts'

export interface AttemptTracesDeps {
  readonly clock: Clock
  readonly ids: Ids
  readonly exporter: SpanExporter
}

type Begun = Omit<AskedOrigin, 'endedAt' | 'status' | 'error'>

/** Places in a trace for what is sent to upstreams, and the spans of those that are recorded. */
export function createAttemptTraces({ clock, ids, exporter }: AttemptTracesDeps) {
  const isRecorded = ({ sampled }: RequestTrace) => sampled && exporter.isAimed

  function record(begun: Begun): TracedAttempt {
    const { traceId, spanId, flags, state } = begun
    return {
      headers: traceHeaders(traceId, spanId, flags, state),
      end(status, error) {
        exporter.add(clientSpan({ ...begun, endedAt: clock.monotonic(), status, error }))
      },
    }
  }

  return {
    /** For the attempts at answering a request, each of which is part of it. */
    ofRequest({ method, path }: GatewayRequest, trace: RequestTrace): AttemptTrace {
      const { traceId, flags, state } = trace
      if (!isRecorded(trace))
        return new Unrecorded(traceHeaders(traceId, trace.spanId, flags, state))
      let sent = 0
      return {
        attempt(variant: Variant, origin: string) {
          const more = sent === 0 ? {} : { 'http.request.resend_count': sent }
          sent++
          return record({
            ...{ traceId, spanId: ids.span(), parentId: trace.spanId, flags, state },
            ...{ method, path, variant, origin, more },
            beganAt: clock.monotonic(),
            link: null,
          })
        },
      }
    },
    /**
     * A copy is no part of the request that it was made of: nobody waits for it, and its errors are nobody's.
     * It begins a trace that links to that request.
     */
    ofCopy: (({ request: { method, path }, trace, route, kind, to, origin }) => {
      const traceId = ids.trace()
      const spanId = ids.span()
      const flags = trace.flags | randomFlag
      if (!isRecorded(trace)) return new Unrecorded(traceHeaders(traceId, spanId, flags, ''))
      return record({
        ...{ traceId, spanId, parentId: '', flags, state: '' },
        ...{ method, path, variant: to, origin, beganAt: clock.monotonic() },
        link: {
          traceId: trace.traceId,
          spanId: trace.spanId,
          flags: trace.flags,
          state: stateInSpan(trace.state),
        },
        more: { 'switchback.copy': kind, 'switchback.route': route },
      })
    }) satisfies TraceCopy,
  }
}

/** Goes on with the trace, and that is all. */
class Unrecorded implements AttemptTrace, TracedAttempt {
  readonly headers: readonly string[]

  constructor(headers: readonly string[]) {
    this.headers = headers
  }

  attempt(): TracedAttempt {
    return this
  }

  end(): void {}
}

import type { Clock } from '../clock.ts'
import { refusals } from '../errors.ts'
import type { GatewayRequest } from '../ingress/request.ts'
import type { RequestTrace } from '../ingress/request-trace.ts'
import type { SpanExporter } from '../telemetry/tracing/exporter.ts'
import { serverSpan } from '../telemetry/tracing/server-span.ts'
import type { LiveRoute } from './live-route.ts'
import type { Away, Told } from './tell.ts'

/** Makes the spans of requests that are over, as far as they are recorded. */
export function createRequestSpans(clock: Clock, exporter: SpanExporter) {
  const none = { assignment: null, fallback: null, refusal: null } as const

  function add(
    request: GatewayRequest,
    trace: RequestTrace,
    route: LiveRoute | null,
    what: Pick<Parameters<typeof serverSpan>[0], 'assignment' | 'fallback' | 'refusal' | 'status'>,
  ): void {
    const tripped = route === null || route.latch === null ? null : route.latch.tripped
    const about = { request, trace, route: route?.config ?? null, tripped }
    exporter.add(serverSpan({ ...about, ...what, endedAt: clock.monotonic() }))
  }

  const isRecorded = (trace: RequestTrace | null): trace is RequestTrace =>
    trace?.sampled === true && exporter.isAimed

  return {
    /** Upstreams were asked. */
    ended({ request, route, assignment, ending, status }: Told): void {
      const { trace } = request
      if (!isRecorded(trace)) return
      const { fallback, refusal } = ending
      add(request, trace, route, { assignment, fallback, refusal, status })
    },
    /** None was. */
    away({ request, route, refusal }: Away): void {
      const { trace } = request
      if (!isRecorded(trace)) return
      add(request, trace, route, { ...none, refusal, status: refusals[refusal].status })
    },
    preflight(request: GatewayRequest, route: LiveRoute, status: number): void {
      const { trace } = request
      if (isRecorded(trace)) add(request, trace, route, { ...none, status })
    },
  }
}

export type RequestSpans = ReturnType<typeof createRequestSpans>

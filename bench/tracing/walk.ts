import { randomBytes } from 'node:crypto'
import { systemClock as clock } from '../../src/clock.ts'
import { createHeaderKinds } from '../../src/ingress/header-kinds.ts'
import type { GatewayRequest } from '../../src/ingress/request.ts'
import { type BeginTrace, createBeginTrace } from '../../src/ingress/request-trace.ts'
import { sortHeaders } from '../../src/ingress/sort-headers.ts'
import { createAttemptTraces } from '../../src/pipeline/attempt-traces.ts'
import { createIds } from '../../src/pipeline/ids.ts'
import type { LiveRoute } from '../../src/pipeline/live-route.ts'
import { createRequestSpans } from '../../src/pipeline/request-spans.ts'
import type { Told } from '../../src/pipeline/tell.ts'
import type { SpanExporter } from '../../src/telemetry/tracing/exporter.ts'
import { otlpRequest } from '../../src/telemetry/tracing/otlp-request.ts'
import type { Span } from '../../src/telemetry/tracing/span.ts'

/** Spans in one post, as the exporter has it. */
const mostInOnePost = 256

const ids = createIds(randomBytes)
let spans: Span[] = []

/** Makes the bytes of each post, and sends them nowhere. */
const exporter = {
  isAimed: true,
  add(span: Span) {
    if (spans.push(span) < mostInOnePost) return
    otlpRequest(spans, { 'service.name': 'switchback' }, 0)
    spans = []
  },
} satisfies Partial<SpanExporter> as unknown as SpanExporter

const attempts = createAttemptTraces({ clock, ids, exporter })
const requests = createRequestSpans(clock, exporter)

const route = {
  latch: { tripped: false },
  config: { name: 'match', match: { path: '/api/match' }, flag: 'v2_migration' },
} as unknown as LiveRoute

const plain = ['Host', 'api.example.com', 'User-Agent', 'curl/8', 'Accept', '*/*', 'Cookie', 'a=b']
const parent = '00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-00'
const inTrace = [...plain, 'traceparent', parent]

/** Those parts of one request's way that know of traces; returns how many headers the upstream gets. */
function walk(
  kindOf: ReturnType<typeof createHeaderKinds>,
  begin: BeginTrace | null,
  raw: string[],
) {
  const sorted = sortHeaders(raw, kindOf, false)
  const trace = begin === null ? null : begin(sorted.trace, false)
  const request = {
    ...{ raw: { httpVersion: '1.1' }, id: 'r1', method: 'GET', scheme: 'http', trace },
    ...{ authority: 'api.example.com', host: 'api.example.com', path: '/api/match/offers' },
    ...{ headers: sorted.headers, added: ['x-request-id', 'r1'] },
  } as unknown as GatewayRequest
  const headers = ['host', 'api.example.com'].concat(request.headers, request.added)
  if (trace === null) return headers.length
  const traced = attempts.ofRequest(request, trace).attempt('v2', 'http://10.0.0.5:5070')
  headers.push(...traced.headers)
  traced.end(200, null)
  requests.ended({
    ...{ request, route, status: 200, assignment: { variant: 'v2', reason: 'in-share' } },
    ending: { fallback: null, refusal: null },
  } as unknown as Told)
  return headers.length
}

const off = createHeaderKinds([])
const on = createHeaderKinds([], true)
const beginBy = (share: number) =>
  createBeginTrace({
    ...{ share, clock, continues: 'anyone', chance: ids.chance },
    ...{ newTraceId: ids.trace, newSpanId: ids.span },
  })
/** As good as none, and the dice are thrown. */
const hardlyAny = beginBy(1e-9)
const all = beginBy(1)

/** What a request may be to tracing, in the words of docs/tracing.md. */
export const walks: Readonly<Record<string, () => number>> = {
  'without `tracing`': () => walk(off, null, plain),
  'without `tracing`, from a sender who traces': () => walk(off, null, inTrace),
  'in a new trace that is not recorded': () => walk(on, hardlyAny, plain),
  'in the trace of its sender that is not recorded': () => walk(on, hardlyAny, inTrace),
  'recorded: its span and that of one attempt, until they are bytes': () => walk(on, all, plain),
}

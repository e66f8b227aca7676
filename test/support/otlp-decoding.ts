import { createRequire } from 'node:module'
import type { CollectedSpan } from './otlp-collector.ts'

/** As OpenTelemetry's own package reads it, generated from the definitions of the protocol; null is absent. */
const { opentelemetry } = createRequire(import.meta.url)(
  'otlp-decoding/build/src/generated/root.js',
) as { opentelemetry: { proto: { collector: { trace: { v1: Messages } } } } }
const { ExportTraceServiceRequest, ExportTraceServiceResponse } =
  opentelemetry.proto.collector.trace.v1

interface Messages {
  readonly ExportTraceServiceRequest: { decode(bytes: Buffer): OtlpRequest }
  readonly ExportTraceServiceResponse: { encode(answer: object): { finish(): Uint8Array } }
}

/** A number of 64 bits. */
interface Long {
  toString(): string
}

interface KeyValue {
  readonly key: string
  readonly value: { readonly stringValue?: string | null; readonly intValue?: Long | number | null }
}

interface OtlpSpan {
  readonly traceId: Uint8Array
  readonly spanId: Uint8Array
  readonly parentSpanId: Uint8Array | null
  readonly traceState: string | null
  readonly flags: number
  readonly kind: number
  readonly name: string
  readonly startTimeUnixNano: Long
  readonly endTimeUnixNano: Long
  readonly attributes: readonly KeyValue[]
  readonly links: readonly {
    readonly traceId: Uint8Array
    readonly spanId: Uint8Array
    readonly traceState: string | null
    readonly flags: number
  }[]
  readonly status: { readonly code: number } | null
}

interface OtlpRequest {
  readonly resourceSpans: readonly {
    readonly resource: { readonly attributes: readonly KeyValue[] }
    readonly scopeSpans: readonly {
      readonly scope: { readonly name: string }
      readonly spans: readonly OtlpSpan[]
    }[]
  }[]
}

/** The body of an answer by which a collector takes spans, but for some. */
export function encodeAnswer(rejectedSpans: number, errorMessage: string): Uint8Array {
  const partialSuccess = { rejectedSpans, errorMessage }
  return ExportTraceServiceResponse.encode({ partialSuccess }).finish()
}

/** The spans in the body of a post, in their order. */
export function decodeSpans(body: Buffer): CollectedSpan[] {
  const { resourceSpans } = ExportTraceServiceRequest.decode(body)
  return resourceSpans.flatMap(({ resource, scopeSpans }) =>
    scopeSpans.flatMap(({ scope, spans }) =>
      spans.map(span => ({
        traceId: hexOf(span.traceId),
        spanId: hexOf(span.spanId),
        parentId: hexOf(span.parentSpanId),
        traceState: span.traceState ?? '',
        flags: span.flags,
        kind: span.kind === 2 ? ('server' as const) : ('client' as const),
        name: span.name,
        from: BigInt(span.startTimeUnixNano.toString()),
        to: BigInt(span.endTimeUnixNano.toString()),
        attributes: attributesOf(span.attributes),
        failed: span.status?.code === 2,
        links: span.links.map(link => ({
          traceId: hexOf(link.traceId),
          spanId: hexOf(link.spanId),
          traceState: link.traceState ?? '',
          flags: link.flags,
        })),
        scope: scope.name,
        resource: attributesOf(resource.attributes),
      })),
    ),
  )
}

function hexOf(bytes: Uint8Array | null): string {
  return Buffer.from(bytes ?? []).toString('hex')
}

function attributesOf(attributes: readonly KeyValue[]): Record<string, string | number> {
  return Object.fromEntries(
    attributes.map(({ key, value: { stringValue, intValue } }) => [
      key,
      stringValue ?? Number(String(intValue)),
    ]),
  )
}

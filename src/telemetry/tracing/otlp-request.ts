import { BackwardWriter } from './backward-writer.ts'
import type { Span, SpanAttributes, SpanLink } from './span.ts'

/** `SpanKind` of OTLP. */
const kinds = { server: 2, client: 3 }
/** `StatusCode` of OTLP. */
const errorStatus = 2

/** Of `SpanFlags`: whether the parent is remote is known, and that it is. */
const remoteIsKnown = 0x100
const remote = 0x200

/** Bytes that a span takes, more or less. */
const bytesOfSpan = 512

/**
 * The body of `POST /v1/traces`: an ExportTraceServiceRequest (OTLP 1.x, whose messages for traces are
 * stable). Numbers are the fields of `opentelemetry/proto/trace/v1/trace.proto` and those around it.
 *
 * @param resource Attributes of the gateway itself.
 * @param zeroAt Wall-clock milliseconds at which the monotonic clock was at zero.
 */
export function otlpRequest(
  spans: readonly Span[],
  resource: SpanAttributes,
  zeroAt: number,
): Uint8Array<ArrayBuffer> {
  const to = new BackwardWriter(bytesOfSpan * (spans.length + 1))
  for (let at = spans.length - 1; at >= 0; at--) {
    const end = to.length
    writeSpan(to, spans[at] as Span, zeroAt)
    to.message(2, end)
  }
  const scopeEnd = to.length
  to.text(1, 'switchback')
  to.message(1, scopeEnd)
  to.message(2, 0)
  const resourceEnd = to.length
  writeAttributes(to, 1, resource)
  to.message(1, resourceEnd)
  to.message(1, 0)
  return to.written()
}

function writeSpan(to: BackwardWriter, span: Span, zeroAt: number): void {
  to.uint32(16, span.flags | remoteIsKnown | (span.parentIsRemote ? remote : 0))
  if (span.failed) {
    const end = to.length
    to.whole(3, errorStatus)
    to.message(15, end)
  }
  if (span.link !== null) {
    const end = to.length
    writeLink(to, span.link)
    to.message(13, end)
  }
  writeAttributes(to, 9, span.attributes)
  to.uint64(8, nanosecondsOf(zeroAt + span.endedAt))
  to.uint64(7, nanosecondsOf(zeroAt + span.beganAt))
  to.whole(6, kinds[span.kind])
  to.text(5, span.name)
  if (span.parentId !== '') to.hex(4, span.parentId)
  writePlace(to, span)
}

function writeLink(to: BackwardWriter, link: SpanLink): void {
  to.uint32(6, link.flags)
  writePlace(to, link)
}

/** The fields that a span and a link begin with. */
function writePlace(to: BackwardWriter, { traceId, spanId, state }: SpanLink): void {
  if (state !== '') to.text(3, state)
  to.hex(2, spanId)
  to.hex(1, traceId)
}

function writeAttributes(to: BackwardWriter, field: number, attributes: SpanAttributes): void {
  for (const [name, value] of Object.entries(attributes)) {
    const end = to.length
    if (typeof value === 'string') to.text(1, value)
    else to.whole(3, value)
    to.message(2, end)
    to.text(1, name)
    to.message(field, end)
  }
}

/** A double has too few digits for both the date and the nanosecond. */
function nanosecondsOf(milliseconds: number): bigint {
  const whole = Math.floor(milliseconds)
  return BigInt(whole) * 1_000_000n + BigInt(Math.round((milliseconds - whole) * 1e6))
}

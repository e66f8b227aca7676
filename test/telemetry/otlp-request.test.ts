import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { rejectedIn } from '../../src/telemetry/tracing/otlp-answer.ts'
import { otlpRequest } from '../../src/telemetry/tracing/otlp-request.ts'
import type { Span } from '../../src/telemetry/tracing/span.ts'
import { decodeSpans, encodeAnswer } from '../support/otlp-decoding.ts'

const digits = (count: number) =>
  fc
    .array(fc.constantFrom(...'0123456789abcdef'), { minLength: count, maxLength: count })
    .map(each => each.join(''))
// Around the length up to which a text is written character by character.
const text = fc.oneof(
  fc.string({ unit: 'binary', maxLength: 60 }),
  fc.string({ minLength: 40, maxLength: 60 }),
)
const number = fc.oneof(
  fc.nat(300),
  fc.constantFrom(16_383, 16_384, 2 ** 32, 2 ** 40 + 1),
  fc.maxSafeNat(),
)
const milliseconds = fc.integer({ min: 0, max: 8_000_000 }).map(eighths => eighths / 8)
const place = { traceId: digits(32), spanId: digits(16), state: text, flags: fc.nat(3) }
const span: fc.Arbitrary<Span> = fc.record({
  ...place,
  parentId: fc.oneof(fc.constant(''), digits(16)),
  parentIsRemote: fc.boolean(),
  kind: fc.constantFrom('server' as const, 'client' as const),
  name: text,
  beganAt: milliseconds,
  endedAt: milliseconds,
  attributes: fc.dictionary(text, fc.oneof(text, number), { maxKeys: 5, noNullPrototype: true }),
  failed: fc.boolean(),
  link: fc.option(fc.record(place)),
})

/** When the monotonic clock of the spans was at zero: 2023-11-14. */
const zeroAt = 1_700_000_000_000

test("what is written is what OpenTelemetry's own code reads", () => {
  fc.assert(
    fc.property(fc.array(span, { maxLength: 4 }), (spans: readonly Span[]) => {
      const read = decodeSpans(Buffer.from(otlpRequest(spans, { 'service.name': 'edge' }, zeroAt)))
      const expected = spans.map(each => ({
        traceId: each.traceId,
        spanId: each.spanId,
        parentId: each.parentId,
        traceState: each.state,
        // Bit 8: whether the parent is remote is known; bit 9: it is.
        flags: each.flags + 256 + (each.parentIsRemote ? 512 : 0),
        kind: each.kind,
        name: each.name,
        from: BigInt(zeroAt * 8 + each.beganAt * 8) * 125_000n,
        to: BigInt(zeroAt * 8 + each.endedAt * 8) * 125_000n,
        attributes: each.attributes,
        failed: each.failed,
        links: each.link === null ? [] : [linked(each.link)],
        scope: 'switchback',
        resource: { 'service.name': 'edge' },
      }))
      assert.deepEqual(read, expected)
    }),
    { numRuns: 200 },
  )
})

function linked({ traceId, spanId, state, flags }: NonNullable<Span['link']>) {
  return { traceId, spanId, traceState: state, flags }
}

test('a span of any length finds room', () => {
  const long = 'é'.repeat(100_000)
  const one: Span = {
    ...{ traceId: 'a'.repeat(32), spanId: 'b'.repeat(16), parentId: '', parentIsRemote: false },
    ...{ flags: 1, state: '', kind: 'client', name: 'GET', beganAt: 0, endedAt: 0 },
    ...{ attributes: { long }, failed: false, link: null },
  }
  const read = decodeSpans(Buffer.from(otlpRequest([one, one, one], {}, zeroAt)))
  assert.deepEqual(
    read.map(({ attributes }) => attributes.long === long),
    [true, true, true],
  )
})

test('an answer says how many spans were rejected, and why', () => {
  fc.assert(
    fc.property(fc.maxSafeNat(), text, (count, why) => {
      assert.deepEqual(rejectedIn(encodeAnswer(count, why)), { count, why })
    }),
  )
  assert.deepEqual(rejectedIn(new Uint8Array()), { count: 0, why: '' })
  // A later version may say more: field 9 holds a number, and 8 a text.
  const later = [0x48, 0x96, 0x01, 0x42, 0x02, 0x68, 0x69]
  assert.deepEqual(rejectedIn(Buffer.concat([Buffer.from(later), encodeAnswer(2, 'x')])), {
    count: 2,
    why: 'x',
  })
})

test('of a reason that fills a log no more than its beginning is told', () => {
  assert.equal(rejectedIn(encodeAnswer(1, 'y'.repeat(60_000))).why, 'y'.repeat(500))
})

test('an answer that is none says nothing', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 50 }), bytes => {
      const { count, why } = rejectedIn(bytes)
      assert.ok(count >= 0 && typeof why === 'string')
    }),
  )
  assert.deepEqual(rejectedIn(Buffer.from('{"partialSuccess":{"rejectedSpans":"2"}}')), {
    count: 0,
    why: '',
  })
})

import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { closeFrame, maskedCloseFrame } from '../../src/upstream/tunnel/close-frame.ts'
import { FrameScanner } from '../../src/upstream/tunnel/frame-boundary.ts'
import { frame, maskedFrame } from './gateway.ts'

const anyFrame = fc
  .tuple(
    fc.constantFrom(0, 1, 2, 9, 10),
    fc.oneof(fc.nat(300), fc.constantFrom(125, 126, 127, 65_535, 65_536, 70_000)),
    fc.boolean(),
    fc.boolean(),
  )
  .map(([opcode, length, fin, masked]) =>
    (masked ? maskedFrame : frame)(opcode, Buffer.alloc(length, 0x88), fin),
  )

/** Cuts a stream at random places. */
const cut = (stream: Buffer, cuts: readonly number[]) => {
  const places = cuts.map(part => Math.floor(part * stream.length)).sort((a, b) => a - b)
  return [0, ...places].map((from, index) => stream.subarray(from, places[index] ?? stream.length))
}
const cuts = fc.array(fc.double({ min: 0, max: 1, noNaN: true }), { maxLength: 20 })

test('every frame boundary is found, and nothing else, however the stream is cut', () => {
  fc.assert(
    fc.property(fc.array(anyFrame, { minLength: 1, maxLength: 8 }), cuts, (frames, places) => {
      let length = 0
      const expected = frames.map(one => (length += one.length))
      const scanner = new FrameScanner()
      const found: number[] = []
      let start = 0
      for (const chunk of cut(Buffer.concat(frames), places)) {
        let at = 0
        while (at < chunk.length) {
          at = scanner.advance(chunk, at)
          if (scanner.atBoundary) found.push(start + at)
        }
        start += chunk.length
      }
      assert.deepEqual(found, expected)
      assert.equal(scanner.closeCode, null)
    }),
    { seed: 6455, numRuns: 300 },
  )
})

test('the status of a Close frame is read through its mask, however it is cut', () => {
  fc.assert(
    fc.property(
      fc.integer({ min: 1000, max: 4999 }),
      fc.boolean(),
      cuts,
      (code, masked, places) => {
        const payload = Buffer.concat([Buffer.from([code >> 8, code & 255]), Buffer.from('bye')])
        const scanner = new FrameScanner()
        const make = masked ? maskedFrame : frame
        const stream = Buffer.concat([make(1, 'x'), make(8, payload)])
        for (const chunk of cut(stream, places)) {
          assert.equal(scanner.closeCode, null)
          scanner.follow(chunk)
          if (
            chunk.length > 0 &&
            chunk.byteOffset + chunk.length === stream.byteOffset + stream.length
          )
            break
        }
        assert.equal(scanner.closeCode, code)
      },
    ),
    { seed: 6455, numRuns: 300 },
  )
})

test('a Close frame without a status counts as 1005, and the first one counts', () => {
  const scanner = new FrameScanner()
  scanner.follow(frame(8, ''))
  assert.equal(scanner.closeCode, 1005)
  scanner.follow(closeFrame(1001, ''))
  assert.equal(scanner.closeCode, 1005)
})

test('a frame longer than 4 GiB is followed by its length', () => {
  const scanner = new FrameScanner()
  // 2^32 + 2 bytes of payload: a 32-bit count would end it after two.
  scanner.follow(Buffer.from([0x82, 127, 0, 0, 0, 1, 0, 0, 0, 2, 0x88, 0x00]))
  assert.equal(scanner.atBoundary, false)
  const block = Buffer.alloc(1 << 28)
  for (let i = 0; i < 15; i++) scanner.follow(block)
  scanner.follow(block.subarray(1))
  assert.equal(scanner.atBoundary, false)
  assert.equal(scanner.advance(Buffer.from([0, 0x89]), 0), 1)
  assert.equal(scanner.atBoundary, true)
})

test('a made Close frame is what RFC 6455 section 5.5.1 says, in both forms', () => {
  const payload = Buffer.concat([Buffer.from([0x03, 0xf4]), Buffer.from('grüße')])
  assert.deepEqual(closeFrame(1012, 'grüße'), frame(8, payload))
  assert.deepEqual(
    maskedCloseFrame(1012, 'grüße'),
    Buffer.concat([Buffer.from([0x88, 0x80 | payload.length, 0, 0, 0, 0]), payload]),
  )
})

test('a reason that does not fit a control frame is refused', () => {
  assert.equal(closeFrame(1000, 'a'.repeat(123)).length, 127)
  assert.throws(() => closeFrame(1000, `ä${'a'.repeat(122)}`), /at most 123 bytes, received 124/)
})

import assert from 'node:assert/strict'
import { test } from 'node:test'
import { givingBack } from '../../src/upstream/give-back.ts'

test('the memory of a long piece is gone once that is written', () => {
  const piece = Buffer.allocUnsafeSlow(65_536)
  const { buffer } = piece
  givingBack(piece)?.()
  assert.equal(buffer.detached, true)
  assert.equal(piece.length, 0)
})

test('memory that others may have a part of is left alone', () => {
  const shared = Buffer.allocUnsafeSlow(65_536)
  assert.equal(givingBack(shared.subarray(1)), undefined)
  assert.equal(givingBack(shared.subarray(0, 65_535)), undefined)
  assert.equal(givingBack(Buffer.from(new SharedArrayBuffer(65_536))), undefined)
})

test('that of short pieces is left to the garbage collector', () => {
  assert.equal(givingBack(Buffer.allocUnsafeSlow(16_383)), undefined)
})

import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { Account } from '../../src/shadow/account.ts'
import { Blocks, blockBytes } from '../../src/shadow/blocks.ts'
import { KeptBytes } from '../../src/shadow/kept-bytes.ts'
import { Ledger } from '../../src/shadow/limits.ts'

function keepingOf(room: number, maxBodyBytes: number) {
  return { blocks: new Blocks(), bytes: new Ledger(room), account: new Account(), maxBodyBytes }
}

const anyPiece = fc.uint8Array({ maxLength: 300 }).map(bytes => Buffer.from(bytes))

test('a body comes back as it was, however it came', () => {
  fc.assert(
    fc.property(fc.array(anyPiece, { maxLength: 40 }), pieces => {
      const keeping = keepingOf(100_000, 20_000)
      const body = new KeptBytes(keeping)
      for (const piece of pieces) assert.equal(body.add(piece), true)
      assert.deepEqual(Buffer.concat(body.pieces()), Buffer.concat(pieces))
      assert.equal(body.length, Buffer.concat(pieces).length)
      body.release()
      assert.deepEqual([keeping.bytes.taken, keeping.account.bytes], [0, 0])
    }),
  )
})

test('long bodies come back as they were, in memory that others had before', () => {
  const keeping = keepingOf(10_000_000, 1_000_000)
  const lengths = fc.array(fc.nat({ max: 100_000 }), { maxLength: 8 })
  const read = Buffer.allocUnsafeSlow(100_000)
  let seed = 0
  fc.assert(
    fc.property(lengths, pieces => {
      const body = new KeptBytes(keeping)
      const expected: Buffer[] = []
      for (const length of pieces) {
        const piece = Buffer.alloc(length, `piece ${seed++} `)
        expected.push(piece)
        body.add(read.subarray(0, piece.copy(read)))
        read.fill('the next read')
      }
      assert.ok(keeping.bytes.taken >= body.length)
      assert.ok(keeping.bytes.taken <= 2 * body.length + blockBytes)
      assert.equal(Buffer.concat(body.pieces()).compare(Buffer.concat(expected)), 0)
      body.release()
      assert.equal(keeping.bytes.taken, 0)
    }),
  )
})

test("a block that was released is the next body's", () => {
  const keeping = keepingOf(1_000_000, 1_000_000)
  const [first, second] = [new KeptBytes(keeping), new KeptBytes(keeping)]
  first.add(Buffer.alloc(blockBytes, 'a'))
  const [block] = first.pieces()
  first.release()
  second.add(Buffer.alloc(blockBytes, 'b'))
  assert.equal(second.pieces()[0]?.byteOffset, block?.byteOffset)
  assert.equal(second.pieces()[0]?.buffer, block?.buffer)
})

test('where there is no room for a block, there is for the bytes', () => {
  const keeping = keepingOf(blockBytes + 1000, 1_000_000)
  const body = new KeptBytes(keeping)
  assert.equal(body.add(Buffer.alloc(blockBytes + 1000)), true)
  assert.equal(keeping.bytes.taken, blockBytes + 1000)
  assert.equal(body.add(Buffer.alloc(1)), false)
  assert.equal(body.lost, 'no-room')
})

test('what is counted is the memory that is held, never less', () => {
  const keeping = keepingOf(1_000_000, 100_000)
  const body = new KeptBytes(keeping)
  const read = Buffer.alloc(65_536, 1)
  for (let at = 0; at < 1000; at++) {
    body.add(read.subarray(at, at + 10))
    const memories = new Set(body.pieces().map(({ buffer }) => buffer))
    const held = [...memories].reduce((sum, { byteLength }) => sum + byteLength, 0)
    assert.equal(held, keeping.bytes.taken)
  }
  assert.ok(keeping.bytes.taken <= 2 * 10_000, `${keeping.bytes.taken}`)
})

test('a body over its limit is lost, with nothing held', () => {
  const keeping = keepingOf(1000, 10)
  const body = new KeptBytes(keeping)
  assert.equal(body.add(Buffer.alloc(10)), true)
  assert.equal(body.add(Buffer.alloc(1)), false)
  assert.deepEqual([body.lost, keeping.bytes.taken, keeping.account.bytes], ['too-large', 0, 0])
})

test('a body for which there is no room is lost, and leaves the room of others alone', () => {
  const keeping = keepingOf(100, 100)
  const [first, second] = [new KeptBytes(keeping), new KeptBytes(keeping)]
  first.add(Buffer.alloc(60))
  assert.equal(second.add(Buffer.alloc(41)), false)
  assert.deepEqual([second.lost, keeping.bytes.taken], ['no-room', 60])
  first.release()
  assert.equal(second.add(Buffer.alloc(1)), false)
  assert.equal(keeping.bytes.taken, 0)
})

test('what comes after the release is not kept', () => {
  const keeping = keepingOf(100, 100)
  const body = new KeptBytes(keeping)
  body.add(Buffer.alloc(10))
  body.release()
  assert.equal(body.add(Buffer.alloc(10)), false)
  assert.equal(keeping.bytes.taken, 0)
})

test('the room that there is can be used to the last byte', () => {
  const keeping = keepingOf(1000, 1000)
  const body = new KeptBytes(keeping)
  for (let n = 0; n < 10; n++) assert.equal(body.add(Buffer.alloc(100)), true)
  assert.equal(keeping.bytes.taken, 1000)
})

import assert from 'node:assert/strict'
import { test } from 'node:test'
import { systemClock } from '../../src/clock.ts'
import { ClientAnswer } from '../../src/upstream/client-answer.ts'
import { givingBack } from '../../src/upstream/give-back.ts'
import { createStalls } from '../../src/upstream/stalls.ts'
import { startUpstream } from '../support/http.ts'

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

test('an answer that comes in one long piece reaches its client, and its memory is given back', async t => {
  const stalls = createStalls(systemClock)
  t.after(() => stalls.close())
  const piece = Buffer.allocUnsafeSlow(30_000).fill('x')
  const { buffer } = piece
  const server = await startUpstream(t, 'gateway', (_request, response) => {
    const answer = new ClientAnswer(response, stalls, 10_000)
    answer.head(200, ['content-length', '30000'], [], null)
    answer.data(piece, { resume() {} })
    answer.end()
  })
  assert.equal(await (await fetch(server.url)).text(), 'x'.repeat(30_000))
  assert.equal(buffer.detached, true)
})

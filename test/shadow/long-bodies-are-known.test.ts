import assert from 'node:assert/strict'
import { test } from 'node:test'
import { headOf, startMirror } from './mirror-parts.ts'

/** Ends with its head: what is said to follow never comes. */
function headOnly(length: number): string {
  return `HTTP/1.1 200 OK\r\ncontent-type: text/plain\r\ncontent-length: ${length}\r\n\r\n`
}

test('an answer that says it is too long to be compared is not waited for', async t => {
  const { mirrored, variants, pair, account } = await startMirror(t, { maxBodyBytes: 10 })
  const request = mirrored()
  request.answered(headOf('v1'))?.end()
  request.done()
  const copy = await variants.v2.accept()
  await copy.until('\r\n\r\n')
  copy.send(headOnly(11))
  const { a, b } = (await pair()).pair
  assert.deepEqual([a.lost, b.lost, b.status], [null, 'too-large', 200])
  assert.equal(account.shadow.sent, 1)
  await copy.ended()
})

test('the answer to a HEAD is whole with its head, whatever length it tells', async t => {
  const { mirrored, variants, pair } = await startMirror(t, { maxBodyBytes: 10 })
  const request = mirrored('HEAD')
  request.answered(headOf('v1'))?.end()
  request.done()
  const copy = await variants.v2.accept()
  await copy.until('\r\n\r\n')
  copy.send(headOnly(11))
  const { b } = (await pair()).pair
  assert.equal(b.lost, null)
})

test('a request body for which there is no room is not begun to be kept', async t => {
  const { mirrored, account, limits } = await startMirror(t, { maxBytesInFlight: 10 })
  const first = mirrored('POST', 'v1', 8)
  first.data(Buffer.alloc(8))
  assert.throws(() => mirrored('POST', 'v1', 3), /not copied/)
  assert.deepEqual(account.shadow.dropped, { 'bytes-in-flight': 1 })
  assert.equal(limits.bytes.taken, 8)
  first.done()
  assert.equal(limits.bytes.taken, 0)
})

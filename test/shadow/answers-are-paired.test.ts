import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { CapturedAnswer, KeptBody } from '../../src/shadow/pair.ts'
import { answerOf, headOf, startMirror } from './mirror-parts.ts'

function shown({ status, headers, body, lost }: CapturedAnswer<KeptBody>) {
  const text = body === null ? null : Buffer.concat(body).toString()
  return [status, headers.includes('copy') ? 'copy' : 'client', text, lost]
}

test('the client’s answer of V1 is first, the copy’s of V2 second', async t => {
  const { mirrored, variants, pair } = await startMirror(t)
  const request = mirrored()
  const tap = request.answered(headOf('v1'))
  tap?.data(Buffer.from('one'))
  tap?.end()
  request.done()
  const copy = await variants.v2.accept()
  await copy.until('\r\n\r\n')
  copy.send(answerOf('two'))
  const { a, b, ...rest } = (await pair()).pair
  assert.deepEqual(shown(a), [200, 'client', 'one', null])
  assert.deepEqual(shown(b), [200, 'copy', 'two', null])
  assert.equal(a.headMs, 7)
  assert.ok(b.headMs > 0)
  assert.ok(rest.seenAt > 0)
  assert.deepEqual(
    { ...rest, seenAt: 0 },
    {
      ...{ route: 'offers', basis: 'b1', kind: 'shadow', repeatable: true, method: 'GET' },
      ...{ path: '/offers', requestId: 'r1', seenAt: 0 },
    },
  )
})

test('for a caller on V2 the pair is turned round, and is of what V1 is never asked twice', async t => {
  const { mirrored, variants, pair } = await startMirror(t, { noise: 1 })
  const request = mirrored('GET', 'v2')
  const tap = request.answered(headOf('v2'))
  tap?.data(Buffer.from('two'))
  tap?.end()
  request.done()
  const copy = await variants.v1.accept()
  await copy.until('\r\n\r\n')
  copy.send(answerOf('one'))
  const { a, b, repeatable } = (await pair()).pair
  assert.deepEqual(shown(a), [200, 'copy', 'one', null])
  assert.deepEqual(shown(b), [200, 'client', 'two', null])
  assert.equal(repeatable, false)
})

test('V1’s answer for a V2 that could not be asked is paired with V2’s', async t => {
  const { mirrored, variants, pair } = await startMirror(t)
  const request = mirrored('GET', 'v2')
  request.answered(headOf('v1', { fallback: 'breaker-open' }))?.end()
  request.done()
  const copy = await variants.v2.accept()
  await copy.until('\r\n\r\n')
  copy.send(answerOf('two'))
  const { a, b, repeatable } = (await pair()).pair
  assert.deepEqual(
    [shown(a), shown(b)],
    [
      [200, 'client', '', null],
      [200, 'copy', 'two', null],
    ],
  )
  assert.equal(repeatable, true)
})

test('one answer of the client is part of both pairs, and kept until both are done with it', async t => {
  const { mirrored, variants, pair, limits, account, mirror } = await startMirror(t, { noise: 1 })
  const request = mirrored()
  const tap = request.answered(headOf('v1'))
  tap?.data(Buffer.from('one'))
  tap?.end()
  request.done()
  for (const variant of [variants.v1, variants.v2]) {
    const copy = await variant.accept()
    await copy.until('\r\n\r\n')
    copy.send(answerOf('again'))
  }
  const pairs = [await pair(), await pair()]
  assert.deepEqual(pairs.map(({ pair }) => pair.kind).sort(), ['noise', 'shadow'])
  for (const { pair } of pairs) assert.deepEqual(shown(pair.a), [200, 'client', 'one', null])
  assert.equal(limits.bytes.taken, 13)
  pairs[0]?.done()
  assert.equal(limits.bytes.taken, 8)
  pairs[1]?.done()
  assert.deepEqual([limits.bytes.taken, limits.slots.taken, account.bytes], [0, 0, 0])
  await mirror.idle()
})

test('an answer too long to be compared is not kept, and that of a copy not read to its end', async t => {
  const { mirrored, variants, pair, limits } = await startMirror(t, { maxBodyBytes: 10 })
  const request = mirrored()
  const tap = request.answered(headOf('v1'))
  tap?.data(Buffer.alloc(6))
  tap?.data(Buffer.alloc(6))
  assert.equal(limits.bytes.taken, 0)
  tap?.end()
  request.done()
  const copy = await variants.v2.accept()
  await copy.until('\r\n\r\n')
  copy.send(`HTTP/1.1 200 OK\r\na: copy\r\ncontent-length: 1000000\r\n\r\n12345678901`)
  const { a, b } = (await pair()).pair
  assert.deepEqual(
    [shown(a), shown(b)],
    [
      [200, 'client', null, 'too-large'],
      [200, 'copy', null, 'too-large'],
    ],
  )
  await copy.ended()
})

test('answers for which there is no room are not kept', async t => {
  const { mirrored, variants, pair } = await startMirror(t, { maxBytesInFlight: 10 })
  const request = mirrored()
  const tap = request.answered(headOf('v1'))
  tap?.data(Buffer.alloc(8, '.'))
  tap?.end()
  request.done()
  const copy = await variants.v2.accept()
  await copy.until('\r\n\r\n')
  copy.send(answerOf('two'))
  const { a, b } = (await pair()).pair
  assert.deepEqual(
    [shown(a), shown(b)],
    [
      // Nor is one that there is nothing to compare with.
      [200, 'client', null, null],
      [200, 'copy', null, 'no-room'],
    ],
  )
})

test('an answer that the client never got whole is not compared', async t => {
  const { mirrored, variants, pair } = await startMirror(t)
  const request = mirrored()
  request.answered(headOf('v1'))?.data(Buffer.from('on'))
  request.done()
  const copy = await variants.v2.accept()
  await copy.until('\r\n\r\n')
  copy.send(answerOf('two'))
  const { a, b } = (await pair()).pair
  assert.deepEqual(
    [shown(a), shown(b)],
    [
      [200, 'client', null, 'unfinished'],
      [200, 'copy', null, null],
    ],
  )
})

test('a copy that gets no answer is told as that', async t => {
  const { mirrored, variants, pair } = await startMirror(t)
  const request = mirrored()
  request.answered(headOf('v1'))?.end()
  request.done()
  const copy = await variants.v2.accept()
  copy.socket.resetAndDestroy()
  const { b } = (await pair()).pair
  assert.deepEqual(b, { status: 0, headers: [], body: null, lost: 'no-answer', headMs: -1 })
})

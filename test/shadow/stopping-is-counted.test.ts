import assert from 'node:assert/strict'
import { test } from 'node:test'
import { answerOf, headOf, startMirror } from './mirror-parts.ts'

test('what has not begun is dropped, what is under way fails, what is over is told', async t => {
  const { mirror, mirrored, variants, handed, account, limits } = await startMirror(t)
  const answered = mirrored()
  answered.answered(headOf('v1'))?.data(Buffer.from('half'))
  const first = await variants.v2.accept()
  await first.until('\r\n\r\n')
  first.send(answerOf('whole'))
  while (account.shadow.sent === 0) await new Promise(setImmediate)

  const underWay = mirrored('POST', 'v1', 5)
  underWay.data(Buffer.from('hello'))
  underWay.end()
  underWay.answered(headOf('v1'))?.end()
  underWay.done()
  await first.until('hello')

  const queued = mirrored()
  queued.answered(headOf('v1'))?.end()
  queued.done()

  mirrored('POST', 'v1', 5).data(Buffer.from('hel'))

  mirror.stop()
  assert.deepEqual(account.shadow, {
    ...{ eligible: 4, sent: 1 },
    ...{ dropped: { stopping: 2 }, failed: { stopping: 1 } },
  })
  assert.equal(account.inFlight, 0)
  assert.deepEqual(
    handed.map(({ pair }) => [pair.a.lost, pair.b.lost]),
    [['unfinished', null]],
  )
  handed[0]?.done()
  assert.deepEqual([limits.bytes.taken, limits.slots.taken], [0, 0])
  await mirror.idle()
  await first.ended()
  // What was queued has had its turn, and time to arrive.
  for (let turn = 0; turn < 50; turn++) await new Promise(setImmediate)
  assert.equal(variants.v2.connections(), 1)
})

test('what comes after that is not copied', async t => {
  const { mirror, mirrored, account } = await startMirror(t)
  mirror.stop()
  assert.throws(() => mirrored(), /not copied/)
  assert.equal(account.shadow.eligible, 0)
})

import assert from 'node:assert/strict'
import { type TestContext, test } from 'node:test'
import { createPieceTurns } from '../../src/shadow/piece-turns.ts'
import { answerOf, headOf, startMirror } from './mirror-parts.ts'

const turn = () => new Promise(setImmediate)

test('of all who have a long body, one moves a piece in each turn of the event loop, in order', async () => {
  const turns = createPieceTurns()
  const moved: string[] = []
  const add = (name: string) => turns.add(() => moved.push(name))
  for (const name of ['a', 'b', 'c']) add(name)
  assert.deepEqual(moved, [])
  await turn()
  assert.deepEqual(moved, ['a'])
  add('a again')
  for (const _ of ['b', 'c']) await turn()
  assert.deepEqual(moved, ['a', 'b', 'c'])
  await turn()
  assert.deepEqual(moved, ['a', 'b', 'c', 'a again'])
})

test('who comes when all have moved has a turn as well', async () => {
  const turns = createPieceTurns()
  const moved: number[] = []
  const moveOn = () => {
    if (moved.push(moved.length) < 3) turns.add(moveOn)
  }
  turns.add(moveOn)
  for (let n = 1; n <= 3; n++) {
    await turn()
    assert.equal(moved.length, n)
  }
})

/** A client's POST that is whole and answered, and its copy as it arrives at V2. */
async function copyOf(t: TestContext, bodyLength: number) {
  const { mirrored, variants, ...rest } = await startMirror(t, {
    ...{ maxBodyBytes: 2 * bodyLength, maxBytesInFlight: 2 * bodyLength },
  })
  const request = mirrored('POST', 'v1', bodyLength)
  for (let left = bodyLength; left > 0; left -= 65_536) {
    request.data(Buffer.allocUnsafeSlow(Math.min(left, 65_536)).fill('x'))
  }
  request.end()
  request.answered(headOf('v1'))?.end()
  request.done()
  return { copy: await variants.v2.accept(), ...rest }
}

test('a long request body goes up a piece in a turn and arrives whole', async t => {
  const { copy, account, pair, turns } = await copyOf(t, 1_000_000)
  await copy.until(/\r\n\r\nx{1000000}$/)
  copy.send(answerOf('two'))
  await pair()
  assert.equal(account.shadow.sent, 1)
  assert.equal(turns(), 16)
})

test('to a V2 that does not read it goes up no further than the system takes it, until V2 reads on', async t => {
  const pieces = 512
  const { copy, account, pair, turns } = await copyOf(t, pieces * 65_536)
  copy.socket.pause()
  // Each turn of the event loop would move a piece, if there were room.
  let before = -1
  while (turns() > before) {
    before = turns()
    await turn()
    await turn()
  }
  assert.ok(before < pieces, `${before} pieces went up`)
  copy.socket.resume()
  await copy.until(/x$/)
  while (turns() < pieces) await turn()
  copy.send(answerOf('two'))
  await pair()
  assert.equal(account.shadow.sent, 1)
})

test('a short one leaves with its head', async t => {
  const { copy, pair, turns } = await copyOf(t, 30_000)
  await copy.until(/\r\n\r\nx{30000}$/)
  copy.send(answerOf('two'))
  await pair()
  assert.equal(turns(), 0)
})

test('an answer before the request has all gone up is one, and lets its bytes go', async t => {
  const { copy, account, pair, limits } = await copyOf(t, 1_000_000)
  await copy.until('\r\n\r\n')
  copy.socket.pause()
  copy.send(answerOf('two'))
  const { done } = await pair()
  assert.equal(account.shadow.sent, 1)
  done()
  assert.equal(limits.bytes.taken, 0)
})

import assert from 'node:assert/strict'
import { test } from 'node:test'
import { openRaw, startScriptedUpstream } from '../support/conversation.ts'
import { createManualClock } from '../support/manual-clock.ts'
import { okAnswer, parseAnswer, startRawUpstream } from '../support/raw.ts'
import { plainRequest } from '../support/requests.ts'
import { plainRules } from '../support/rules.ts'
import { startForwarder } from './forwarder.ts'

const timeouts = { ...plainRules.timeouts, deadlineMs: 10_000 }
const fallback = { to: 'v1', methods: ['GET', 'HEAD'], maxBodyBytes: 1000 } as const
const policy = { timeouts, fallback: { ...fallback, methods: [...fallback.methods] } }

test('an answer that has not begun by the deadline is given up with 504, and V1 is not asked any more', async t => {
  const clock = createManualClock()
  const v1 = await startRawUpstream(t)
  const v2 = await startScriptedUpstream(t)
  const { port, endings } = await startForwarder(t, { v1: v1.url, v2: v2.url, clock, policy })
  const caller = openRaw(t, port, plainRequest('/'))
  const asked = await v2.accept()
  await asked.until('\r\n\r\n')
  clock.advance(9_750)
  assert.equal(endings.length, 0)
  clock.advance(250)
  assert.equal(parseAnswer(await caller.until('upstream-timeout')).status, 504)
  await asked.ended()
  assert.equal(v1.connections(), 0)
  assert.equal(endings[0]?.outcomes[0].fault, 'headers-timeout')
})

test('the deadline goes on from V2 to V1', async t => {
  const clock = createManualClock()
  const v1 = await startScriptedUpstream(t)
  const v2 = await startScriptedUpstream(t)
  const { port, endings } = await startForwarder(t, { v1: v1.url, v2: v2.url, clock, policy })
  const caller = openRaw(t, port, plainRequest('/'))
  const asked = await v2.accept()
  await asked.until('\r\n\r\n')
  clock.advance(6000)
  asked.send('HTTP/1.1 500 No\r\ncontent-length: 0\r\n\r\n')
  const second = await v1.accept()
  await second.until('\r\n\r\n')
  clock.advance(4000)
  assert.equal(parseAnswer(await caller.until('upstream-timeout')).status, 504)
  await second.ended()
  const [ending] = endings
  assert.equal(ending?.totalMs, 10_000)
  assert.deepEqual(
    ending?.outcomes.map(({ variant, totalMs, headMs }) => [variant, totalMs, headMs]),
    [
      ['v2', 6000, 6000],
      ['v1', 4000, -1],
    ],
  )
})

for (const { lostMs, provesNothing, what } of [
  { lostMs: 9_500, provesNothing: true, what: 'which V2 had used up proves nothing about V1' },
  { lostMs: 300, provesNothing: false, what: 'of which V1 had nearly all is held against it' },
]) {
  test(`a deadline ${what}`, async t => {
    const clock = createManualClock()
    const v1 = await startScriptedUpstream(t)
    const v2 = await startScriptedUpstream(t)
    const { port, outcomes } = await startForwarder(t, { v1: v1.url, v2: v2.url, clock, policy })
    const caller = openRaw(t, port, plainRequest('/'))
    const asked = await v2.accept()
    await asked.until('\r\n\r\n')
    clock.advance(lostMs)
    asked.send('HTTP/1.1 500 No\r\ncontent-length: 0\r\n\r\n')
    await (await v1.accept()).until('\r\n\r\n')
    clock.advance(10_000 - lostMs)
    await caller.until('upstream-timeout')
    assert.deepEqual(
      outcomes.map(outcome => [outcome.variant, outcome.provesNothing]),
      [
        ['v2', false],
        ['v1', provesNothing],
      ],
    )
  })
}

test('an answer that has begun has no deadline', async t => {
  const clock = createManualClock()
  const v2 = await startScriptedUpstream(t)
  const { port, endings } = await startForwarder(t, { v1: v2.url, v2: v2.url, clock, policy })
  const caller = openRaw(t, port, plainRequest('/'))
  const asked = await v2.accept()
  await asked.until('\r\n\r\n')
  asked.send('HTTP/1.1 200 OK\r\ncontent-length: 6\r\n\r\nbeg')
  await caller.until('beg')
  clock.advance(50_000)
  asked.send('end')
  await caller.until('begend')
  assert.equal(endings[0]?.outcomes[0].fault, null)
})

test("a client's own time to send its body is not counted", async t => {
  const clock = createManualClock()
  const v2 = await startScriptedUpstream(t)
  const { port, endings } = await startForwarder(t, { v1: v2.url, v2: v2.url, clock, policy })
  const caller = openRaw(t, port, `${plainRequest('/', 'content-length: 10\r\n', 'POST')}hello`)
  const asked = await v2.accept()
  await asked.until('hello')
  clock.advance(30_000)
  caller.send('world')
  await asked.until('world')
  clock.advance(9_000)
  assert.equal(endings.length, 0)
  asked.send(okAnswer)
  assert.equal(parseAnswer(await caller.until('ok')).status, 200)
})

test('nor does it end the wait of a client whose body is whole', async t => {
  const clock = createManualClock()
  const v2 = await startScriptedUpstream(t)
  const { port } = await startForwarder(t, { v1: v2.url, v2: v2.url, clock, policy })
  const caller = openRaw(t, port, `${plainRequest('/', 'content-length: 5\r\n', 'POST')}hello`)
  const asked = await v2.accept()
  await asked.until('hello')
  clock.advance(11_000)
  assert.equal(parseAnswer(await caller.until('upstream-timeout')).status, 504)
})

test('V2 that fails after the deadline is answered for by nobody, timer or not', async t => {
  let time = 1000
  const clock = { now: () => time, monotonic: () => time, idle: () => time, every: () => () => {} }
  const v1 = await startRawUpstream(t)
  const v2 = await startScriptedUpstream(t)
  const { port } = await startForwarder(t, { v1: v1.url, v2: v2.url, clock, policy })
  const caller = openRaw(t, port, plainRequest('/'))
  const asked = await v2.accept()
  await asked.until('\r\n\r\n')
  time += 10_000
  asked.send('HTTP/1.1 500 No\r\ncontent-length: 4\r\n\r\noops')
  assert.equal(parseAnswer(await caller.until('oops')).status, 500)
  assert.equal(v1.connections(), 0)
})

test("nor is it V2's: what is waited for is the time from the whole request to the head", async t => {
  const clock = createManualClock()
  const v2 = await startScriptedUpstream(t)
  const { port, outcomes } = await startForwarder(t, { v1: v2.url, v2: v2.url, clock, policy })
  const caller = openRaw(t, port, `${plainRequest('/', 'content-length: 10\r\n', 'POST')}hello`)
  const asked = await v2.accept()
  await asked.until('hello')
  clock.advance(30_000)
  caller.send('world')
  await asked.until('world')
  clock.advance(70)
  asked.send(okAnswer)
  await caller.until('ok')
  assert.deepEqual(
    outcomes.map(({ headMs, waitedMs, totalMs }) => [headMs, waitedMs, totalMs]),
    [[70, 70, 30_070]],
  )
})

test('a client that leaves before its body is whole has waited for nobody', async t => {
  const clock = createManualClock()
  const v2 = await startScriptedUpstream(t)
  const { port, endings } = await startForwarder(t, { v1: v2.url, v2: v2.url, clock, policy })
  const caller = openRaw(t, port, `${plainRequest('/', 'content-length: 10\r\n', 'POST')}hello`)
  const asked = await v2.accept()
  await asked.until('hello')
  clock.advance(30_000)
  caller.socket.destroy()
  await asked.ended()
  assert.deepEqual(
    endings[0]?.outcomes.map(({ clientAborted, waitedMs }) => [clientAborted, waitedMs]),
    [[true, 0]],
  )
})

test('V1 that answers in the place of V2 is waited for from then on', async t => {
  const clock = createManualClock()
  const v1 = await startScriptedUpstream(t)
  const v2 = await startScriptedUpstream(t)
  const { port, outcomes } = await startForwarder(t, { v1: v1.url, v2: v2.url, clock, policy })
  const caller = openRaw(t, port, `${plainRequest('/', 'content-length: 5\r\n')}hello`)
  const asked = await v2.accept()
  await asked.until('hello')
  clock.advance(300)
  asked.send('HTTP/1.1 500 No\r\ncontent-length: 0\r\n\r\n')
  const second = await v1.accept()
  await second.until('hello')
  clock.advance(20)
  second.send(okAnswer)
  await caller.until('ok')
  assert.deepEqual(
    outcomes.map(({ variant, headMs }) => [variant, headMs]),
    [
      ['v2', 300],
      ['v1', 20],
    ],
  )
})

import assert from 'node:assert/strict'
import { test } from 'node:test'
import { openRaw, startScriptedUpstream } from '../support/conversation.ts'
import { okAnswer, parseAnswer, startRawUpstream } from '../support/raw.ts'
import { headsIn, plainRequest } from '../support/requests.ts'
import { startForwarder } from './forwarder.ts'

const nowhere = 'http://127.0.0.1:9'

test('once the latch is tripped no further attempt at V2 starts: a GET goes to V1', async t => {
  const v1 = await startRawUpstream(t)
  const v2 = await startScriptedUpstream(t)
  const latch = { tripped: false, lastV2At: -1 }
  const { port, endings } = await startForwarder(t, { v1: v1.url, v2: v2.url, plan: { latch } })
  const caller = openRaw(t, port, plainRequest('/'))
  const asked = await v2.accept()
  await asked.until('\r\n\r\n')
  assert.ok(latch.lastV2At > 0)
  latch.tripped = true
  asked.socket.resetAndDestroy()
  const answer = parseAnswer(await caller.until('ok'))
  assert.equal(answer.status, 200)
  assert.equal(answer.headers.get('x-fallback'), 'switched-back')
  assert.equal(v2.connections(), 1)
  assert.equal(endings[0]?.fallback, 'switched-back')
  assert.deepEqual(
    endings[0]?.outcomes.map(({ variant, fault, status }) => [variant, fault, status]),
    [
      ['v2', 'reset', 0],
      ['v1', null, 200],
    ],
  )
})

test('while it is open the attempt is repeated at V2', async t => {
  const v1 = await startRawUpstream(t)
  const v2 = await startScriptedUpstream(t)
  const latch = { tripped: false, lastV2At: -1 }
  const { port } = await startForwarder(t, { v1: v1.url, v2: v2.url, plan: { latch } })
  const caller = openRaw(t, port, plainRequest('/'))
  const asked = await v2.accept()
  await asked.until('\r\n\r\n')
  asked.socket.resetAndDestroy()
  const again = await v2.accept()
  await again.until('\r\n\r\n')
  again.send(okAnswer)
  await caller.until('ok')
  assert.equal(v1.connections(), 0)
})

test('a DELETE that V2 may have done is not sent to V1: its attempts are over', async t => {
  const v1 = await startRawUpstream(t)
  const v2 = await startScriptedUpstream(t)
  const latch = { tripped: false, lastV2At: -1 }
  const { port } = await startForwarder(t, { v1: v1.url, v2: v2.url, plan: { latch } })
  const caller = openRaw(t, port, plainRequest('/', '', 'DELETE'))
  const asked = await v2.accept()
  await asked.until('\r\n\r\n')
  latch.tripped = true
  asked.socket.resetAndDestroy()
  assert.equal(parseAnswer(await caller.until('upstream-reset')).status, 502)
  assert.equal(v1.connections(), 0)
})

test('a request that waits for a test fault goes to V1, V2 having done nothing', async t => {
  const v1 = await startRawUpstream(t)
  const latch = { tripped: true, lastV2At: -1 }
  const testFault = { delayMs: 1, status: null }
  const { port, endings } = await startForwarder(t, {
    v1: v1.url,
    v2: nowhere,
    plan: { latch, testFault },
  })
  const caller = openRaw(t, port, `${plainRequest('/', 'content-length: 5\r\n', 'POST')}hello`)
  assert.equal(parseAnswer(await caller.until('ok')).status, 200)
  assert.equal(headsIn(v1.received()).length, 1)
  assert.equal(latch.lastV2At, -1)
  assert.deepEqual(
    endings[0]?.outcomes.map(({ variant }) => variant),
    ['v1'],
  )
  assert.equal(endings[0]?.fallback, 'switched-back')
})

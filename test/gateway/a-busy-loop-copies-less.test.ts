import assert from 'node:assert/strict'
import { test } from 'node:test'
import { oneRoute, realClock, startGateway } from '../support/gateway.ts'
import { startUpstream } from '../support/http.ts'
import { sendRaw } from '../support/raw.ts'
import { plainRequest } from '../support/requests.ts'

test('a worker whose event loop is never idle answers every client and copies less and less', async t => {
  const [v1, v2] = [await startUpstream(t, 'v1'), await startUpstream(t, 'v2')]
  const policy = 'shadow: { noise: 0% }\n'
  const gateway = await startGateway(t, oneRoute({ v1: v1.url, v2: v2.url, percent: 0, policy }), {
    ...realClock,
    idle: () => 0,
  })
  const copies = (result: string) =>
    gateway.metric(`switchback_shadow_copies_total{route="main",copy="shadow",${result}}`)
  let asked = 0
  // It takes periods of real time until there is room for none.
  do {
    assert.equal((await sendRaw(gateway.port, plainRequest('/'))).status, 200)
    asked++
  } while ((await copies('result="dropped",reason="loop-busy"')) < 3)
  const inFlight = () => gateway.metric('switchback_shadow_in_flight{route="main"}')
  while ((await inFlight()) > 0);
  assert.equal(
    await gateway.metric('switchback_shadow_copies_eligible_total{route="main",copy="shadow"}'),
    asked,
  )
  const dropped = await copies('result="dropped",reason="loop-busy"')
  assert.equal(await copies('result="sent",reason="answered"'), asked - dropped)
  assert.equal(v2.count(), asked - dropped)
})

test('with maxLoad 100% it copies all the same', async t => {
  const [v1, v2] = [await startUpstream(t, 'v1'), await startUpstream(t, 'v2')]
  const policy = 'shadow: { noise: 0%, maxLoad: 100% }\n'
  let looks = 0
  const gateway = await startGateway(t, oneRoute({ v1: v1.url, v2: v2.url, percent: 0, policy }), {
    ...realClock,
    idle() {
      looks++
      return 0
    },
  })
  // Until the load was looked at often enough to have stopped all copies.
  while (looks < 8) await new Promise(setImmediate)
  assert.equal((await sendRaw(gateway.port, plainRequest('/'))).status, 200)
  while (v2.count() !== 1) await new Promise(setImmediate)
  assert.equal(
    await gateway.metric(
      'switchback_shadow_copies_total{route="main",copy="shadow",result="dropped",reason="loop-busy"}',
    ),
    0,
  )
})

import assert from 'node:assert/strict'
import { test } from 'node:test'
import { dialTarget } from '../../src/upstream/dial-target.ts'
import { createHealthCheck } from '../../src/upstream/health-check.ts'
import { createHttp1Client } from '../../src/upstream/http1/client.ts'
import { startScriptedUpstream } from '../support/conversation.ts'
import { createManualClock } from '../support/manual-clock.ts'
import { okAnswer } from '../support/raw.ts'

const rule = { path: '/healthz', intervalMs: 5000, timeoutMs: 2000, rise: 2, fall: 2 }

test('a check that is closed gives up what it asked, and asks no more', async t => {
  const upstream = await startScriptedUpstream(t)
  const clock = createManualClock()
  const client = createHttp1Client({
    target: dialTarget(upstream.url),
    maxConnections: 1,
    keepAliveTimeoutMs: 5000,
    maxHeaderBytes: 16_384,
    ...{ clock: createManualClock(), awake: createManualClock() },
  })
  t.after(() => client.close())
  const changes: boolean[] = []
  const health = createHealthCheck({
    client,
    rule,
    clock,
    random: () => 0,
    onChange: healthy => void changes.push(healthy),
  })
  clock.advance(1)
  const first = await upstream.accept()
  await first.until('GET /healthz')
  health.close()
  await first.ended()
  clock.advance(20_000)
  assert.equal(client.inFlight, 0)
  assert.deepEqual(changes, [])
})

test('with no connection to spare a check finds nothing out; closed, none is begun', async t => {
  const upstream = await startScriptedUpstream(t)
  const clock = createManualClock()
  const client = createHttp1Client({
    target: dialTarget(upstream.url),
    maxConnections: 1,
    keepAliveTimeoutMs: 5000,
    maxHeaderBytes: 16_384,
    ...{ clock: createManualClock(), awake: createManualClock() },
  })
  t.after(() => client.close())
  const taken = client.send(
    {
      method: 'GET',
      target: '/',
      headers: ['host', 'a'],
      bodyLength: 0,
      connectTimeoutMs: 1000,
      headersTimeoutMs: 1000,
      bodyTimeoutMs: 1000,
    },
    {
      onInformation() {},
      onHead() {},
      onData: () => true,
      onLull() {},
      onEnd() {},
      onFault() {},
      onDrain() {},
    },
  )
  taken.end()
  const served = await upstream.accept()
  await served.until('\r\n\r\n')
  const health = createHealthCheck({ client, rule, clock, random: () => 0, onChange() {} })
  for (let checks = 0; checks < 5; checks++) {
    clock.advance(rule.intervalMs)
    await new Promise(resolve => setImmediate(resolve))
  }
  assert.equal(health.lastCheck, 'GET /healthz failed with busy')
  assert.equal(health.healthy, true)
  health.close()
  served.send(okAnswer)
  while (client.inFlight > 0) await new Promise(resolve => setImmediate(resolve))
  clock.advance(20_000)
  assert.equal(client.inFlight, 0)
})

test('checks turn an origin after `fall` bad ones in a row, and back after `rise` good ones', async t => {
  const upstream = await startScriptedUpstream(t)
  const clock = createManualClock()
  const client = createHttp1Client({
    target: dialTarget(upstream.url),
    maxConnections: 1,
    keepAliveTimeoutMs: 60_000,
    maxHeaderBytes: 16_384,
    ...{ clock: createManualClock(), awake: createManualClock() },
  })
  t.after(() => client.close())
  const changes: boolean[] = []
  const onChange = (healthy: boolean) => void changes.push(healthy)
  const health = createHealthCheck({ client, rule, clock, random: () => 0.5, onChange })
  t.after(() => health.close())
  clock.advance(2499)
  assert.equal(upstream.connections(), 0)
  clock.advance(1)
  const served = await upstream.accept()
  let asked = 0
  for (const [status, expected] of [
    [500, []],
    [200, []],
    [404, []],
    [500, [false]],
    [200, [false]],
    [500, [false]],
    [204, [false]],
    [302, [false, true]],
  ] as const) {
    asked++
    await served.until(new RegExp(`(GET /healthz[^]*){${asked}}\\r\\n\\r\\n$`))
    served.send(`HTTP/1.1 ${status} So\r\ncontent-length: 0\r\n\r\n`)
    while (health.lastCheck !== `GET /healthz answered ${status}` || client.inFlight > 0) {
      await new Promise(resolve => setImmediate(resolve))
    }
    assert.deepEqual(changes, expected, `after ${asked} checks`)
    clock.advance(rule.intervalMs)
  }
})

import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Series } from '../../src/history/series.ts'
import { eventually } from '../fleet/eventually.ts'
import { oneRoute, startGateway, testProcess } from '../support/gateway.ts'
import { startGatewayProcess } from '../support/gateway-process.ts'
import { createClient, startUpstream } from '../support/http.ts'
import { startWithBadV2 } from './bad-v2.ts'

/** The last hour, once it has all of these requests in slots that are over. */
function told(adminUrl: string, requests: number, of = 'flag=v2'): Promise<Series> {
  return eventually(async () => {
    const answer = await fetch(`${adminUrl}/series?${of}&for=1h`)
    const series = (await answer.json()) as Series
    return series.v1.whole.requests + series.v2.whole.requests >= requests && series
  })
}

test('a switch back shows: requests and errors of V2 end, V1 goes on, and a mark says why', async t => {
  const { start, fail, asked } = await startWithBadV2(t)
  const gateway = await start()
  for (let n = 0; n < 10; n++) await gateway.get()
  fail()
  for (let n = 0; n < 30; n++) await gateway.get()
  const wrong = asked() - 10
  const { machine, routes, v1, v2, marks } = await told(gateway.adminUrl, 40 + wrong)
  assert.deepEqual([machine, routes], ['test', ['main']])
  // V1 answered each of them for the client.
  assert.deepEqual(
    [v2.whole.requests, v2.whole.errors, v2.whole.fallbacks],
    [10 + wrong, wrong, wrong],
  )
  assert.deepEqual([v1.whole.requests, v1.whole.errors, v1.whole.fallbacks], [30, 0, 0])
  assert.ok(wrong >= 4 && wrong < 30)
  assert.deepEqual(
    marks.map(({ kind, flag }) => [kind, flag]),
    [['tripped', 'v2']],
  )
  assert.match(marks[0]?.text ?? '', /^v2: all traffic is back on V1\. \d+ of \d+ answers failed/)
})

test('a route without a budget or a V2 has a history too, by its name', async t => {
  const v1 = await startUpstream(t, 'v1')
  const { url, adminUrl } = await startGateway(t, oneRoute({ v1: v1.url }))
  const get = createClient(t)
  for (let n = 0; n < 5; n++) await get(url)
  const { flag, v1: done, v2 } = await told(adminUrl, 5, 'route=main')
  assert.equal(flag, null)
  assert.equal(done.whole.requests, 5)
  assert.ok((done.whole.p95 ?? 0) > 0)
  assert.equal(v2.whole.requests, 0)
  assert.ok(v2.requestsPerSecond.includes(0))
})

test('what two workers forward is counted once', async t => {
  const [v1, v2] = [await startUpstream(t, 'v1'), await startUpstream(t, 'v2')]
  const gateway = await startGatewayProcess(t, {
    ...oneRoute({ v1: v1.url, v2: v2.url, percent: 50 }),
    'switchback.yaml': `${testProcess}workers: 2\n`,
  })
  await gateway.workerPids(2)
  const get = createClient(t)
  for (let n = 0; n < 60; n++) {
    await get(`http://127.0.0.1:${gateway.port}`, { 'x-user-id': String(n) })
  }
  const adminUrl = `http://127.0.0.1:${gateway.adminPort}`
  const series = await told(adminUrl, 60)
  assert.equal(series.v1.whole.requests, v1.count())
  assert.equal(series.v2.whole.requests, v2.count())
})

test('what cannot be told is refused in words', async t => {
  const v1 = await startUpstream(t, 'v1')
  const { adminUrl } = await startGateway(t, oneRoute({ v1: v1.url }))
  for (const [query, status, error, message] of [
    ['', 400, 'bad-request', 'one of route and flag must be given, received neither'],
    [
      '?route=main&flag=v2',
      400,
      'bad-request',
      'one of route and flag must be given, received both',
    ],
    [
      '?route=none',
      404,
      'unknown-route',
      'route must be one of the configuration, received "none"',
    ],
    ['?flag=v2', 404, 'unknown-flag', 'flag must be one that a route names, received "v2"'],
    [
      '?route=main&for=2h&step=5s',
      400,
      'bad-request',
      'for must be at most 1h in steps of 5s, received "2h"',
    ],
  ] as const) {
    const answer = await fetch(`${adminUrl}/series${query}`)
    assert.equal(answer.status, status)
    assert.deepEqual(await answer.json(), { error, message: `Cannot tell of the past: ${message}` })
  }
})

test('a restart forgets nothing: what was counted to the end, and what happened to the flag', async t => {
  const { start } = await startWithBadV2(t)
  const first = await start()
  for (let n = 0; n < 7; n++) await first.get()
  await first.operate('rollback')
  for (let n = 0; n < 3; n++) await first.get()
  await first.close()
  const second = await start()
  await second.get()
  const { v1, v2, marks } = await told(second.adminUrl, 11)
  assert.deepEqual([v1.whole.requests, v2.whole.requests], [4, 7])
  assert.deepEqual(
    marks.map(({ kind, text }) => [kind, text]),
    [['tripped', 'v2: test sent all traffic back to V1: by a test']],
  )
})

test('a fault made on purpose is neither a request of V2 nor a fallback', async t => {
  const { start } = await startWithBadV2(t, {
    policy: 'fallback: {}\ntesters: [tester]\ntestFaults: { status: 500 }',
  })
  const gateway = await start()
  for (let n = 0; n < 5; n++) await gateway.get({ 'x-user-id': 'tester' })
  await gateway.get({ 'x-user-id': 'anybody' })
  const { v1, v2 } = await told(gateway.adminUrl, 6)
  assert.equal(v1.whole.requests, 5)
  assert.deepEqual([v2.whole.requests, v2.whole.errors, v2.whole.fallbacks], [1, 0, 0])
})

import assert from 'node:assert/strict'
import { test } from 'node:test'
import { validateV1 } from '../../src/fleet/announce/v1-finding.ts'
import { v1HealthOf } from '../../src/fleet/announce/watch-v1.ts'
import type { PlaneStatus } from '../../src/fleet/planes.ts'
import { createManualClock } from '../support/manual-clock.ts'
import { announcer, hook } from './announcers.ts'
import { eventually } from './eventually.ts'
import { openStore, settled } from './machines.ts'
import { startReceiver } from './receiver.ts'
import { latch } from './store-states.ts'

const trip = latch({ since: 1_700_000_000_000 })
const unchecked = { healthy: 0, unhealthy: 0 }

for (const { seen, early, late } of [
  { seen: { requests: 412, failed: 0, healthy: 2, unhealthy: 0 }, early: null, late: 'ok' },
  { seen: { requests: 412, failed: 41, ...unchecked }, early: null, late: 'ok' },
  { seen: { requests: 412, failed: 42, ...unchecked }, early: 'failing', late: 'failing' },
  { seen: { requests: 19, failed: 19, ...unchecked }, early: null, late: 'failing' },
  { seen: { requests: 0, failed: 0, ...unchecked }, early: null, late: 'no-traffic' },
  { seen: { requests: 0, failed: 0, healthy: 1, unhealthy: 1 }, early: null, late: 'ok' },
  {
    seen: { requests: 99, failed: 0, healthy: 0, unhealthy: 2 },
    early: 'failing',
    late: 'failing',
  },
]) {
  test(`${JSON.stringify(seen)} is ${late}`, () => {
    assert.deepEqual(
      [validateV1(seen, false)?.verdict ?? null, validateV1(seen, true)?.verdict],
      [early, late],
    )
  })
}

test('within ten seconds of a switch back it is said whether V1 answers', async t => {
  const clock = createManualClock()
  const receiver = await startReceiver(t)
  // What came before the switch back says nothing about V1 under all the traffic.
  const counted = { requests: 1000, failed: 900 }
  const { announcer: made, audit } = announcer(t, {
    clock,
    local: openStore(t, clock),
    audience: { webhooks: [hook(receiver.url, { events: ['validated'] })] },
    v1: { counts: () => ({ ...counted }), health: async () => ({ healthy: 1, unhealthy: 1 }) },
  })
  made.onChange(trip)
  await eventually(() => made.statuses('v2_migration').length > 0)
  await settled()
  const begun = clock.now()
  counted.requests += 300
  counted.failed += 3
  await eventually(() => {
    clock.advance(250)
    return audit.length > 0
  })
  assert.ok(clock.now() - begun <= 10_000)
  assert.deepEqual(audit[0]?.evidence, {
    target: 'V1',
    version: 1,
    verdict: 'ok',
    text: 'V1 answers: 3 of 300 requests failed, 1 of 2 origins healthy',
    requests: 300,
    failed: 3,
    healthy: 1,
    unhealthy: 1,
  })
  const told = JSON.parse((await receiver.nth(1)).body)
  assert.deepEqual([told.event, told.v1.verdict], ['validated', 'ok'])
  assert.match(told.text, /^v2_migration: V1 answers: 3 of 300/)
})

test('a resume makes an older validation pointless: it is dropped, and nobody told', async t => {
  const clock = createManualClock()
  const receiver = await startReceiver(t)
  const { announcer: made, counts } = announcer(t, {
    clock,
    local: openStore(t, clock),
    audience: { webhooks: [hook(receiver.url, { events: ['validated'] })] },
  })
  made.onChange(trip)
  await eventually(() => made.statuses('v2_migration').length > 0)
  made.onChange(latch({ version: 2, state: 'open', by: 'ada', reason: 'operator' }))
  await eventually(() => counts.includes('validation dropped'))
  clock.advance(20_000)
  await made.close()
  assert.deepEqual(receiver.received, [])
})

test('an origin of V1 is healthy that any worker finds healthy, of this flag alone', () => {
  const seen = (health: 'healthy' | 'unhealthy' | 'unchecked', origin: string) => ({
    ...{ origin, health, inFlight: 0, lastCheck: null, ejected: false, breaker: null },
  })
  const unlimited = {
    knownBy: { user: true, properties: [], stickyKey: ['user' as const] },
    places: { requests: null, websockets: null },
    shadow: null,
  }
  const worker = (...v1: ReturnType<typeof seen>[]): PlaneStatus => ({
    ...{ pid: 1, configVersion: '', flags: null, latches: [], websocketsOpen: { v1: 0, v2: 0 } },
    shedding: null,
    rateLimits: null,
    routes: [
      { ...unlimited, route: 'a', flag: 'v2_migration', v1, v2: [seen('unhealthy', 'v2')] },
      { ...unlimited, route: 'b', flag: 'other', v1: [seen('unhealthy', 'c')], v2: [] },
    ],
  })
  const workers = [
    worker(seen('unhealthy', 'a'), seen('unhealthy', 'b'), seen('unchecked', 'd')),
    worker(seen('healthy', 'a'), seen('unhealthy', 'b'), seen('unchecked', 'd')),
  ]
  assert.deepEqual(v1HealthOf('v2_migration', workers), { healthy: 1, unhealthy: 1 })
})

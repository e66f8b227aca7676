import assert from 'node:assert/strict'
import { test } from 'node:test'
import { impactRoundMs } from '../../src/fleet/impact/impact-rounds.ts'
import { counted, impactDesk, report } from './impact-parts.ts'

const told = (lines: readonly { event: string; error?: string }[]) =>
  lines.map(({ event, error }) => [event, error])

test('what Unleash did not take goes with the next round, and the log says so once', async t => {
  const { desk, clock, unleash, ended, calls, lines } = await impactDesk(t, { a: 'v2' })
  unleash.script.push(503, 503, 202)
  for (let round = 1; round <= 3; round++) {
    desk.did(report('a', round, { errors: 1 }))
    clock.advance(impactRoundMs)
    await ended(round)
  }
  assert.deepEqual(counted(unleash, 3, 'requests_total'), { 'v2 v2': 6 })
  assert.deepEqual(counted(unleash, 3, 'errors_total'), { 'v2 v2': 3 })
  assert.deepEqual(counted(unleash, 3, 'latency_seconds'), { 'v2 v2': 6 })
  assert.deepEqual(await calls(), { failed: 2, sent: 1 })
  assert.deepEqual(told(lines), [
    ['impact-failed', 'answered 503'],
    ['impact-sent', undefined],
  ])
})

for (const status of [400, 404, 401, 204]) {
  test(`an Unleash that wants none and answers ${status} is told of once`, async t => {
    const { desk, clock, unleash, ended, calls, lines } = await impactDesk(t, { a: 'v2' })
    unleash.script.push(status, status, status)
    for (let round = 1; round <= 3; round++) {
      desk.did(report('a', 1))
      clock.advance(impactRoundMs)
      await ended(round)
    }
    assert.deepEqual(await calls(), { refused: 3 })
    assert.deepEqual(told(lines), [['impact-refused', `answered ${status}`]])
  })
}

test('an Unleash that does not answer has one call at a time, of five seconds', async t => {
  const { desk, clock, unleash, ended, calls, lines } = await impactDesk(t, { a: 'v2' })
  unleash.script.push(null, 202)
  desk.did(report('a', 1))
  clock.advance(impactRoundMs)
  await unleash.nth(1)
  desk.did(report('a', 2))
  clock.advance(4999)
  assert.deepEqual(await calls(), {})
  clock.advance(impactRoundMs)
  await ended(1)
  assert.equal(unleash.received.length, 1)
  assert.deepEqual(told(lines), [['impact-failed', 'no answer within 5 s']])
  clock.advance(impactRoundMs)
  await ended(2)
  assert.deepEqual(counted(unleash, 2, 'requests_total'), { 'v2 v2': 3 })
})

test('a shutdown sends the last of it, but not to an Unleash that took nothing before', async t => {
  const good = await impactDesk(t, { a: 'v2' })
  good.desk.did(report('a', 1))
  await good.desk.close()
  assert.deepEqual(counted(good.unleash, 1, 'requests_total'), { 'v2 v2': 1 })

  const bad = await impactDesk(t, { a: 'v2' })
  bad.unleash.script.push(503)
  bad.desk.did(report('a', 1))
  bad.clock.advance(impactRoundMs)
  await bad.ended(1)
  await bad.desk.close()
  assert.equal(bad.unleash.received.length, 1)
})

test('a shutdown waits one second for an Unleash that does not answer', async t => {
  const { desk, clock, unleash, calls } = await impactDesk(t, { a: 'v2' })
  unleash.script.push(null)
  desk.did(report('a', 1))
  const closed = desk.close()
  await unleash.nth(1)
  clock.advance(1000)
  await closed
  assert.deepEqual(await calls(), { failed: 1 })
})

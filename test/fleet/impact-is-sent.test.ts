import assert from 'node:assert/strict'
import { test } from 'node:test'
import { impactRoundMs, mostInOneCall } from '../../src/fleet/impact/impact-rounds.ts'
import { counted, impactDesk, metricsOf, report } from './impact-parts.ts'

test('a call has what each variant of a flag did, over all routes that name the flag', async t => {
  const { desk, clock, unleash } = await impactDesk(t, { a: 'v2', b: 'v2', c: 'other', d: null })
  desk.did(report('a', 3))
  desk.did(report('b', 4, { errors: 2 }))
  desk.did(report('a', 5, { variant: 'v1' }))
  desk.did(report('c', 1))
  desk.did(report('d', 9))
  desk.did(report('gone', 9))
  clock.advance(impactRoundMs)
  const { method, path, headers } = await unleash.nth(1)
  assert.deepEqual([method, path], ['POST', '/api/client/metrics'])
  assert.equal(headers.authorization, '*:production.secret')
  assert.deepEqual(counted(unleash, 1, 'requests_total'), { 'v2 v2': 7, 'v2 v1': 5, 'other v2': 1 })
  assert.deepEqual(counted(unleash, 1, 'errors_total'), { 'v2 v2': 2, 'v2 v1': 0, 'other v2': 0 })
  assert.deepEqual(metricsOf(unleash, 1)[0]?.samples[0]?.labels, {
    ...{ appName: 'edge', environment: 'production' },
    ...{ flag: 'v2', variant: 'v2' },
  })
})

test('latency goes as a histogram of Prometheus: each bucket has those of the smaller ones', async t => {
  const { desk, clock, unleash } = await impactDesk(t, { a: 'v2' })
  // 0.1 ms, about 20 ms and half a minute; a fourth gave no answer.
  desk.did(report('a', 7, { steps: [0, 1, 109, 3, 258, 2] }))
  clock.advance(impactRoundMs)
  await unleash.nth(1)
  const [sample] = metricsOf(unleash, 1).at(-1)?.samples ?? []
  assert.equal(sample?.count, 6)
  assert.deepEqual(
    sample?.buckets?.map(({ le, count }) => [le, count]),
    [
      ...[0.005, 0.01].map(le => [le, 1]),
      ...[0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10].map(le => [le, 4]),
      ['+Inf', 6],
    ],
  )
  assert.ok(Math.abs((sample?.sum ?? 0) - 57.4) < 1.5, `${sample?.sum}`)
})

test('what was sent is not sent again, and nothing where nobody asked', async t => {
  const { desk, clock, unleash, ended } = await impactDesk(t, { a: 'v2' })
  desk.did(report('a', 3))
  clock.advance(impactRoundMs)
  await ended(1)
  clock.advance(impactRoundMs)
  // A round that has nothing to send is over by then.
  await ended(1)
  desk.did(report('a', 4))
  clock.advance(impactRoundMs)
  await ended(2)
  assert.equal(unleash.received.length, 2)
  assert.deepEqual(counted(unleash, 2, 'requests_total'), { 'v2 v2': 4 })
})

test('many flags go in several calls, each below what Unleash reads of one', async t => {
  const names = Array.from({ length: mostInOneCall + 10 }, (_, n) => `${n}`.padStart(100, 'flag-'))
  const routes = Object.fromEntries(names.map(name => [name, name]))
  const { desk, clock, unleash, ended } = await impactDesk(t, routes)
  for (const name of names) desk.did(report(name, 1))
  unleash.script.push(202, 503)
  clock.advance(impactRoundMs)
  await ended(2)
  clock.advance(impactRoundMs)
  await ended(3)
  assert.ok(unleash.received.every(({ body }) => body.length < 100_000))
  const sizes = [1, 2, 3].map(nth => Object.keys(counted(unleash, nth, 'requests_total')).length)
  assert.deepEqual(sizes, [mostInOneCall, 10, 10])
})

test('turned off, nothing is kept and nothing is sent', async t => {
  const { desk, clock, unleash, options } = await impactDesk(t, { a: 'v2' })
  options.impactMetrics = false
  desk.did(report('a', 3))
  clock.advance(impactRoundMs)
  options.impactMetrics = true
  desk.did(report('a', 4))
  await desk.close()
  assert.equal(unleash.received.length, 1)
  assert.deepEqual(counted(unleash, 1, 'requests_total'), { 'v2 v2': 4 })
})

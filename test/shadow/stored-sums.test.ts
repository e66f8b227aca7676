import assert from 'node:assert/strict'
import { test } from 'node:test'
import { noisy, usualNoise, wrong } from '../../bench/noise/simulated-pairs.ts'
import { readSums, sumsAsText } from '../../src/shadow/findings/stored-sums.ts'
import { compared, report, start, summing, toldOf, value } from './summed.ts'

function someSums() {
  const machine = summing(1)
  machine.feed([...usualNoise, wrong('/price', 1), noisy('/a b\n"/x', 0.5)], 400)
  const sample = { ...value('/price'), v1: '1', v2: '1.01', endpoint: 'GET /offers/*' }
  const shadow = { ...compared(1, [1, value('/price')]), latency: { '0': 1, '-12': 3 } }
  const samples = [{ ...sample, requestId: 'r1', seenAt: start }]
  machine.take(report({ shadow: { ...shadow, notCompared: { 'too-deep': 2 } }, samples }))
  return machine
}

test('sums that were stored come back as they were', () => {
  const { sums } = someSums()
  assert.deepEqual(readSums(sumsAsText(sums())), sums())
})

test('machines together are as one that saw it all', () => {
  const [one, other] = [summing(1), summing(2)]
  const places = [...usualNoise, wrong('/price', 0.5)]
  one.feed(places, 4000)
  other.feed(places, 2000)
  const now = start + 60_000
  const told = toldOf([one.sums(), other.sums()], now)
  assert.equal(told.compared, 6000)
  assert.equal(told.noisePairs, 300)
  const [price] = told.findings
  assert.equal(price?.at, '/price')
  const own = [one, other].map(each => each.told().findings.find(({ at }) => at === '/price'))
  assert.equal(
    price?.pairs,
    own.reduce((sum, each) => sum + (each?.pairs ?? 0), 0),
  )
  assert.deepEqual(toldOf([other.sums(), one.sums()], now), told)
})

test('a machine that says nothing any more has nothing of late', () => {
  const { sums } = someSums()
  assert.equal(toldOf([sums()], start + 3_600_000).mismatchRate, null)
})

test('a document that is damaged anywhere is not believed', () => {
  const text = sumsAsText(someSums().sums())
  const damaged = (change: (stored: Record<string, never>) => void) => {
    const stored = JSON.parse(text)
    change(stored)
    return JSON.stringify(stored)
  }
  const set = (path: string, to: unknown) =>
    damaged(stored => {
      const keys = path.split('.')
      const last = keys.pop() as string
      const at = keys.reduce<Record<string, never>>((each, key) => each[key] as never, stored)
      assert.ok(Object.hasOwn(at, last), path)
      Object.assign(at, { [last]: to })
    })
  assert.ok(readSums(damaged(() => {})) !== null)
  for (const bad of [
    '',
    'null',
    '[]',
    text.slice(0, -1),
    set('version', 2),
    set('basis', 7),
    set('since', -1),
    set('forgotten', null),
    set('places', ['body value /a', 'body value /a']),
    set('places.0', 'body worse /a'),
    set('inAll.seen.0.0', 99),
    set('inAll.seen.0.1', 1e9),
    set('inAll.seen.0.3', 1e9),
    set('inAll.compared', [1, 2]),
    set('inAll.compared.0', 0.5),
    set('inAll.together.0.1', 1e9),
    set('inAll.together.0.0', [99]),
    set('late', [1]),
    set('latency.shadow', { '0': -1 }),
    set('inAll.notCompared', { 'too-deep': '2' }),
    set('histories.0.0', -1),
    set('histories.0.3', 'x'),
    set('histories.0.4', [{ part: 'body' }]),
  ]) {
    assert.equal(readSums(bad), null, bad.slice(0, 80))
  }
})

import assert from 'node:assert/strict'
import { test } from 'node:test'
import { noisy, type SimulatedPlace, wrong } from '../../bench/noise/simulated-pairs.ts'
import { createRandom } from '../../src/cli/demo/random.ts'
import type { Sums } from '../../src/shadow/comparing/batch.ts'
import { createRouteSums } from '../../src/shadow/comparing/route-sums.ts'
import { signatureText } from '../../src/shadow/comparing/signature-text.ts'
import { createToldPlaces } from '../../src/shadow/comparing/told-places.ts'
import { createHeldRoute } from '../../src/shadow/findings/held-route.ts'
import type { RouteReport } from '../../src/shadow/report.ts'
import { start } from './summed.ts'

const route = { route: 'match', flag: 'v2_migration', basis: 'b1', keepMs: 1e12 }

/** What a worker reports of so many pairs, each place differing by chance and by itself. */
function reporting(places: readonly SimulatedPlace[], seed: number) {
  const random = createRandom(seed)
  const sums = createRouteSums('match', 'b1')
  function add(sort: Sums, pairs: number): void {
    const signatures = new Map<string, number>()
    for (let pair = 0; pair < pairs; pair++) {
      const found = places.filter(place => random() < place[sort === 'noise' ? 'noise' : 'shadow'])
      if (found.length === 0) continue
      const text = signatureText(found)
      signatures.set(text, (signatures.get(text) ?? 0) + 1)
    }
    const result = { sums: sort, pairs, notCompared: [], signatures: [...signatures] }
    sums.add({ results: [result], samples: [] })
  }
  return (shadow: number, noise: number): RouteReport => {
    add('shadow', shadow)
    add('noise', noise)
    return sums.take() ?? assert.fail('there is something to tell')
  }
}

/** Reports of a minute, as the control plane understands them. */
function understood(places: readonly SimulatedPlace[], shadow: number, noise: number) {
  const held = createHeldRoute(route, start)
  const report = reporting(places, 7)
  const counts = { pairs: 0, mismatched: 0 }
  let last = start
  for (let second = 0; second < 30; second++) {
    last += 1000
    held.add([report(shadow, noise)], last)
    const { pairs, mismatched } = held.take() ?? assert.fail('pairs were counted')
    assert.ok(mismatched <= pairs)
    counts.pairs += pairs
    counts.mismatched += mismatched
  }
  return { ...held.judged(last).differences, ...counts }
}

test('a wrong price is told in all of its pairs beside fields that differ in every combination', () => {
  const fields = Array.from({ length: 14 }, (_, at) => noisy(`/field${at}`, 0.4))
  const { findings, mismatchRate, mismatched, pairs } = understood(
    [...fields, wrong('/price', 1)],
    1000,
    50,
  )
  const [price] = findings
  assert.deepEqual([price?.at, price?.verdict, price?.rate], ['/price', 'real', 1])
  assert.deepEqual([mismatchRate, mismatched], [1, pairs])
  for (const { at, rate, verdict } of findings.slice(1)) {
    assert.ok(Math.abs((rate ?? 0) - 0.4) < 0.02, `${at} in ${rate}`)
    assert.notEqual(verdict, 'real')
  }
})

test('a rare error is told beside fields that differ in every combination', () => {
  const fields = Array.from({ length: 14 }, (_, at) => noisy(`/field${at}`, 0.4))
  const { findings, mismatchRate } = understood([...fields, wrong('/price', 0.02)], 1000, 50)
  assert.equal(findings[0]?.at, '/price')
  assert.ok(Math.abs((mismatchRate ?? 0) - 0.02) < 0.005, String(mismatchRate))
})

test('noise in more places than can be told apart is no real difference', () => {
  const places = Array.from({ length: 3000 }, (_, at) => noisy(`/map/key${at}`, 0.001))
  const { findings, mismatchRate } = understood(places, 2000, 100)
  assert.deepEqual(
    findings.filter(({ verdict }) => verdict === 'real').map(({ at }) => at),
    [],
  )
  assert.equal(mismatchRate, 0)
  assert.ok(findings.some(({ at }) => at === '*'))
  assert.ok(findings.every(({ at }) => at !== ''))
})

test('a report is bounded, counts each pair once, and tells the same places in all of its sums', () => {
  const places = Array.from({ length: 3000 }, (_, at) => noisy(`/map/key${at}`, 0.001))
  const status = { part: 'status', at: '', kind: 'value', noise: 0, shadow: 1 } as const
  const { shadow, noise } = reporting([...places, status], 9)(4000, 4000)
  for (const { signatures, places: told, pairs } of [shadow, noise]) {
    assert.ok(signatures.length < 1400, `${signatures.length} signatures`)
    assert.ok(told.every(each => each.pairs <= pairs))
  }
  assert.equal(
    shadow.signatures.reduce((sum, { pairs }) => sum + pairs, 0),
    4000,
  )
  const told = [...shadow.places, ...noise.places].map(({ difference }) => difference)
  // Those told apart, and the others as one.
  assert.equal(new Set(told.map(({ at }) => at)).size, 1024 + 1)
  assert.equal(shadow.places.find(({ difference }) => difference.part === 'status')?.pairs, 4000)
})

test('a status is told even where there is no room for other places', () => {
  const told = createToldPlaces()
  for (let at = 0; at < 2000; at++) told.nameOf(`body\t/key${at}\tvalue`)
  assert.equal(told.nameOf('status\t\tvalue'), 'status\t\tvalue')
  assert.equal(told.nameOf('header\tx-new\tvalue'), 'header\t*\tvalue')
  told.clear()
  assert.equal(told.nameOf('header\tx-new\tvalue'), 'header\tx-new\tvalue')
})

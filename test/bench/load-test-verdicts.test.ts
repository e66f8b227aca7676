import assert from 'node:assert/strict'
import { test } from 'node:test'
import { figuresOf } from '../../bench/load-test/figures.ts'
import { promisesOf } from '../../bench/load-test/promises.ts'
import type { Loaded, Round } from '../../bench/load-test/rounds.ts'
import type { TargetName } from '../../bench/load-test/target.ts'
import { decide, type Judged, judge, overall } from '../../bench/load-test/verdicts.ts'

const usual = Array.from({ length: 100 }, (_, i) => 10 + i / 10)

function round(fields: Partial<Round> = {}): Round {
  return {
    ...{ due: 100, good: 100, failed: {}, timesMs: usual, late: 0, elapsedMs: 1000 },
    ...{ cpuMicroseconds: null, residentBytes: null },
    ...fields,
  }
}

function loaded(name: TargetName, rounds: readonly Round[]): Loaded {
  return { target: { name, url: 'http://a', owners: [] }, rounds }
}

const six = <T>(make: (i: number) => T) => Array.from({ length: 6 }, (_, i) => make(i))
const slower = (factor: number) => round({ timesMs: usual.map(value => value * factor) })

/** Verdicts as `v2 p95`: what it is. */
function verdicts(v2: readonly Round[], gateway = six(() => round()), v1 = six(() => round())) {
  const judged = judge(promisesOf('normal', 0.02), [
    loaded('v1', v1),
    loaded('v2', v2),
    loaded('gateway', gateway),
  ])
  return new Map(judged.map((each: Judged) => [`${each.of} ${each.measure}`, each]))
}

test('an interval within its limit passes, one beyond it fails, one across it decides nothing', () => {
  const most = { limit: 1, isMost: true }
  assert.equal(decide([0.8, 1], most), 'pass')
  assert.equal(decide([1.01, 1.2], most), 'fail')
  assert.equal(decide([0.9, 1.1], most), 'cannot-tell')
  const least = { limit: 1, isMost: false }
  assert.equal(decide([1, 1.2], least), 'pass')
  assert.equal(decide([0.8, 0.99], least), 'fail')
  assert.equal(decide([0.9, 1.1], least), 'cannot-tell')
  assert.equal(decide([Number.NaN, Number.NaN], most), 'cannot-tell')
})

test('a V2 like V1 keeps all promises, and one that is slower breaks one', () => {
  const same = verdicts(six(() => round()))
  assert.equal(same.size, 6)
  assert.equal(overall([...same.values()]), 'pass')
  const slow = verdicts(six(() => slower(1.1)))
  assert.equal(slow.get('v2 p95')?.verdict, 'fail')
  assert.equal(overall([...slow.values()]), 'fail')
  assert.equal(verdicts(six(() => slower(1.019))).get('v2 p95')?.verdict, 'pass')
})

test('a V2 that is faster in all rounds but one cannot be told from V1', () => {
  const found = verdicts(six(i => slower(i === 0 ? 1.3 : 0.8)))
  const p95 = found.get('v2 p95')
  assert.equal(p95?.verdict, 'cannot-tell')
  assert.match(p95?.why ?? '', /both sides of the limit/)
  assert.equal(overall([...found.values()]), 'cannot-tell')
})

test('the gateway may take less than 5 %, of time and of throughput', () => {
  const gateway = (of: Round) =>
    verdicts(
      six(() => round()),
      six(() => of),
    )
  assert.equal(gateway(slower(1.04)).get('gateway p95')?.verdict, 'pass')
  assert.equal(gateway(slower(1.06)).get('gateway p95')?.verdict, 'fail')
  const longer = (elapsedMs: number) => gateway(round({ elapsedMs })).get('gateway throughput')
  assert.equal(longer(1040)?.verdict, 'pass')
  assert.equal(longer(1060)?.verdict, 'fail')
})

test('failures are held against V1, and quick ones make nothing fast', () => {
  const failing = round({ good: 90, failed: { 500: 10 }, timesMs: usual.slice(10) })
  const found = verdicts(six(() => failing))
  assert.equal(found.get('v2 errors')?.verdict, 'fail')
  assert.equal(found.get('v2 throughput')?.verdict, 'fail')
  assert.equal(found.get('v2 p95')?.verdict, 'pass')
  const both = verdicts(
    six(() => failing),
    undefined,
    six(() => failing),
  )
  assert.equal(both.get('v2 errors')?.verdict, 'pass')
  const once = six(i => (i === 0 ? round({ good: 99, failed: { timeout: 1 } }) : round()))
  assert.equal(verdicts(once).get('v2 errors')?.verdict, 'cannot-tell')
})

test('few rounds, a late load tester and a target without an answer decide nothing', () => {
  const five = verdicts(six(() => slower(2)).slice(1))
  assert.match(five.get('v2 p95')?.why ?? '', /at least 6 rounds/)
  assert.equal(five.get('v2 errors')?.verdict, 'cannot-tell')
  const late = verdicts(six(() => round({ late: 3 })))
  assert.match(late.get('v2 p95')?.why ?? '', /late for more than 2 % of the requests to V2/)
  assert.equal(late.get('v2 throughput')?.verdict, 'pass')
  const dead = round({ good: 0, failed: { ECONNREFUSED: 100 }, timesMs: [] })
  const gone = verdicts(six(() => dead))
  assert.equal(gone.get('v2 p95')?.verdict, 'cannot-tell')
  assert.equal(gone.get('v2 throughput')?.verdict, 'fail')
})

test('only what was loaded is judged, and where connections always ask only what they got', () => {
  const two = judge(promisesOf('normal', 0), [
    loaded(
      'v1',
      six(() => round()),
    ),
    loaded(
      'v2',
      six(() => round()),
    ),
  ])
  assert.deepEqual([...new Set(two.map(({ of }) => of))], ['v2'])
  assert.ok(promisesOf('max', 0).every(({ measure }) => measure !== 'p95'))
})

test('figures are those of all rounds together', () => {
  const figures = figuresOf(
    loaded('v1', [
      round({ cpuMicroseconds: 30_000, residentBytes: 5 }),
      round({ good: 50, failed: { 503: 50 }, cpuMicroseconds: 15_000, residentBytes: 7 }),
    ]),
  )
  assert.deepEqual(
    [figures.requests, figures.good, figures.perSecond, figures.failedShare],
    [200, 150, 75, 0.25],
  )
  assert.deepEqual([figures.p50, figures.p95, figures.p99], [14.9, 19.4, 19.8])
  assert.deepEqual(figures.failed, [['503', 50]])
  assert.deepEqual([figures.cpuPercent, figures.cpuMicrosecondsPerRequest], [2.25, 300])
  assert.equal(figures.residentBytes, 7)
})

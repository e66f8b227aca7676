import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Course, Moment } from '../../bench/soak/course.ts'
import { findingsOf } from '../../bench/soak/findings.ts'
import { slopeOf } from '../../bench/soak/slope.ts'
import { kindNames, kinds, order } from '../../bench/soak/traffic/kinds.ts'

const mebibyte = 2 ** 20
const minutes = 60_000
const open = { all: 30, sockets: 20 }

/** @param growth MiB in ten minutes. */
function course(fields: Partial<Course> = {}, growth = 0): Course {
  const moments: Moment[] = Array.from({ length: 300 }, (_, i) => {
    const at = i * 2000
    // A saw of 2 MiB, and in the warm-up much more.
    const saw = (i % 7) * 0.3 + (at < 3 * minutes ? 40 : 0)
    const bytes = (50 + saw + (growth * at) / (10 * minutes)) * mebibyte
    const late = { lateP99Ms: 1, lateMostMs: 9 }
    return { at, liveBytes: bytes, codeBytes: 1, residentBytes: bytes * 2, open, ...late }
  })
  return {
    ...{ durationMs: 10 * minutes, moments, before: open, after: open },
    ...{ tally: { get: { asked: 9, unexpected: {} } }, reloads: 8, refusals: 2 },
    ...{ reloadFaults: [], switchesBack: 0 },
    ...fields,
  }
}

function verdicts(of: Course): Map<string, string> {
  return new Map(findingsOf(of).map(({ what, verdict }) => [what.split(/[,:]/)[0] ?? '', verdict]))
}

test('the slope is the median one, and single points far off do not move it', () => {
  const points = Array.from({ length: 40 }, (_, x) => ({ x, y: 3 * x + 5 }))
  assert.deepEqual(slopeOf(points), { slope: 3, interval: [3, 3] })
  const odd = points.map(({ x, y }) => ({ x, y: x === 20 ? 9999 : y }))
  assert.equal(slopeOf(odd).slope, 3)
  assert.ok(Number.isNaN(slopeOf(points.slice(0, 2)).slope))
})

test('the interval of a slope holds what noise hides', () => {
  const noise = (x: number) => ((x * 7919) % 101) / 10
  const points = Array.from({ length: 200 }, (_, x) => ({ x, y: 0.05 * x + noise(x) }))
  const { slope, interval } = slopeOf(points)
  assert.ok(interval[0] < 0.05 && interval[1] > 0.05)
  assert.ok(interval[0] < slope && slope < interval[1])
})

test('what leaves nothing behind keeps every promise', () => {
  const found = verdicts(course())
  assert.deepEqual(new Set(found.values()), new Set(['pass', '']))
  assert.equal([...found.values()].filter(verdict => verdict === 'pass').length, 6)
})

test('memory that grows is found under a saw that is higher, and only after the warm-up', () => {
  const found = verdicts(course({}, 2))
  assert.equal(found.get('memory in use'), 'fail')
  // Told, and judged in an hour alone.
  assert.equal(found.get('resident memory'), '')
  const hour = course({ durationMs: 60 * minutes }, 2)
  const moments = hour.moments.map(moment => ({ ...moment, at: moment.at * 6 }))
  assert.equal(verdicts({ ...hour, moments }).get('resident memory'), 'pass')
  const leaking = moments.map(moment => ({ ...moment, residentBytes: moment.at * 10 }))
  assert.equal(verdicts({ ...hour, moments: leaking }).get('resident memory'), 'fail')
  const short = verdicts(course({ durationMs: 9 * minutes }, 20))
  assert.equal(short.get('memory in use'), 'cannot-tell')
})

test('what stays open, ends otherwise or is switched back breaks a promise', () => {
  const after = { all: 36, sockets: 25 }
  const left = verdicts(course({ after }))
  assert.deepEqual([left.get('open files'), left.get('open sockets')], ['fail', 'pass'])
  const tally = { get: { asked: 9, unexpected: { '503': 2 } } }
  const [, endings] = findingsOf(course({ tally }))
  assert.deepEqual([endings?.value, endings?.verdict], ['get 503: 2', 'fail'])
  const reloads = verdicts(course({ reloadFaults: ['not in force'], switchesBack: 1 }))
  assert.equal(reloads.get('reloads that came to something else'), 'fail')
  assert.equal(reloads.get('switches back of a V2 that was well'), 'fail')
})

test('each kind of client comes as often as it should, and evenly', () => {
  assert.equal(order.length, 100)
  for (const kind of kindNames) {
    assert.equal(order.filter(each => each === kind).length, kinds[kind], kind)
  }
  assert.ok(new Set(order.slice(0, 30)).size === kindNames.length)
})

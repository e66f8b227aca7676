import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Reply } from '../../bench/failover/clients-process.ts'
import { isKept } from '../../bench/failover/figure.ts'
import { admittedFigures, goodFigures } from '../../bench/limits/figures.ts'

const reply = (dueAt: number, ms: number, status = 200): Reply => ({
  ...{ id: '', method: 'GET', user: 'u', service: null, error: null, connection: 0, bytes: 66 },
  ...{ dueAt, sentAt: dueAt, endedAt: dueAt + ms, status, bytes: 66 },
})
/** One each millisecond. */
const replies = (from: number, to: number, ms: number) =>
  Array.from({ length: to - from }, (_, i) => reply(from + i, ms))

function broken(...args: Parameters<typeof goodFigures>): string[] {
  return goodFigures(...args)
    .filter(figure => isKept(figure) === false)
    .map(({ what }) => what)
}

test('what Redis in trouble adds to the p99 is held to its promise', () => {
  const before = replies(0, 1000, 3)
  const [healthy, trouble] = [
    [0, 1000],
    [1000, 2000],
  ] as const
  assert.deepEqual(broken([...before, ...replies(1000, 2000, 8)], healthy, trouble, 5), [])
  assert.deepEqual(broken([...before, ...replies(1000, 2000, 9)], healthy, trouble, 5), [
    'ms of p99 more than before',
  ])
  assert.deepEqual(broken(before, healthy, trouble, 5), ['ms of p99 more than before'])
})

test('of good requests none may fail and none be refused', () => {
  const span = [0, 10] as const
  assert.deepEqual(broken([reply(0, 1, 503)], span, span), ['requests that failed'])
  assert.deepEqual(broken([reply(0, 1, 429)], span, span), ['requests that were refused'])
})

test('what is admitted in a span is held to the limit, above and below', () => {
  const keeps = (count: number) => {
    const admitted = Array.from({ length: count }, () => reply(500, 1))
    const others = [reply(500, 1, 429), reply(-10, 1), reply(1000, 1)]
    return admittedFigures([...admitted, ...others], [0, 1000], 1, 'then').every(
      figure => isKept(figure) !== false,
    )
  }
  assert.deepEqual([98, 99, 100, 101, 102].map(keeps), [false, true, true, true, false])
})

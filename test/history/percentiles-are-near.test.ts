import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { percentilesOf } from '../../src/history/percentiles.ts'
import { addReport, emptySums } from '../../src/history/sums.ts'
import { reportOf, steps } from './parts.ts'

function percentiles(latencies: readonly number[]) {
  const sums = emptySums(steps.count)
  addReport(sums, reportOf(latencies))
  return percentilesOf(sums.steps, steps)
}

function nearestRank(latencies: readonly number[], share: number): number {
  const sorted = [...latencies].sort((a, b) => a - b)
  return sorted[Math.ceil(share * sorted.length) - 1] as number
}

/** From a tenth of a millisecond to ten minutes, with as many small ones as large ones. */
const milliseconds = fc.double({ min: 0, max: 1, noNaN: true }).map(part => 0.1 * 6_000_000 ** part)

test('a percentile is within 2.5 % of the request that has that rank, whatever the latencies', () => {
  fc.assert(
    fc.property(fc.array(milliseconds, { minLength: 1, maxLength: 200 }), latencies => {
      const found = percentiles(latencies)
      for (const [share, ms] of [
        [0.5, found.p50],
        [0.95, found.p95],
        [0.99, found.p99],
      ] as const) {
        const exact = nearestRank(latencies, share)
        assert.ok(ms !== null && Math.abs(ms - exact) <= 0.025 * exact, `${ms} for ${exact}`)
      }
    }),
  )
})

test('without a request there is no percentile, and of one request it is that one', () => {
  assert.deepEqual(percentiles([]), { p50: null, p95: null, p99: null })
  const { p50, p99 } = percentiles([100])
  assert.equal(p50, p99)
})

test('what takes longer than ten minutes counts as ten minutes, and what takes no time as a tenth of a millisecond', () => {
  const { p50, p99 } = percentiles([0, 0, 0, 10_000_000])
  assert.equal(p50, 0.1)
  assert.ok(p99 !== null && p99 > 570_000 && p99 < 620_000, String(p99))
})

import assert from 'node:assert/strict'
import { test } from 'node:test'
import { createRouteGuard } from '../../src/guard/route-guard.ts'
import { observe } from '../../src/pipeline/observe.ts'
import { createV1Tally } from '../../src/pipeline/v1-tally.ts'
import { notAsked, type Outcome } from '../../src/upstream/outcome.ts'
import { budget, judgedRoute } from '../guard/parts.ts'

/** V1, asked for V2 when the deadline was near, as `forward` tells of it. */
const lateV1: Outcome = {
  ...notAsked('v1', 'unhealthy'),
  unavailable: null,
  fault: 'headers-timeout',
  attempts: 1,
  provesNothing: true,
}
const failedV1: Outcome = { ...lateV1, provesNothing: false }

test('V1 without time to answer looks no worse beside V2', () => {
  const guard = createRouteGuard({
    route: judgedRoute([budget({ signal: 'errors', max: '1.5x v1' })]),
    onBreach: () => {},
  })
  assert.ok(guard !== null)
  const countsAfter = (outcome: Outcome) => {
    observe(guard, { method: 'GET', path: '/' }, { properties: {} }, outcome)
    const counts: Record<string, number> = {}
    guard.takeCounts(counts)
    return Object.values(counts)
  }
  assert.deepEqual(countsAfter(lateV1), [])
  assert.deepEqual(countsAfter(failedV1), [1, 1])
})

test('nor does it after a switch back', () => {
  const tally = createV1Tally()
  tally.saw('v2', lateV1)
  tally.saw('v2', failedV1)
  const counts: Record<string, number> = {}
  tally.takeCounts(counts)
  assert.deepEqual(counts, { 'v1 of v2 requests': 1, 'v1 of v2 failed': 1 })
})

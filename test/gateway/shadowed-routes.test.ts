import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { PlaneStatus, RouteStatus } from '../../src/fleet/planes.ts'
import { shadowedRoutes } from '../../src/pipeline/shadowed-routes.ts'
import type { CopyCounts } from '../../src/shadow/account.ts'
import { mixed, routeDifferences } from '../shadow/found-differences.ts'

const none: CopyCounts = { eligible: 0, sent: 0, dropped: {}, failed: {} }

function worker(route: string, shadow: CopyCounts | null): PlaneStatus {
  const own: RouteStatus = {
    ...{ route, flag: 'v2_migration', v1: [], v2: [] },
    knownBy: { user: true, properties: [], stickyKey: ['user', 'cookie'] },
    places: { requests: null, websockets: null },
    shadow: shadow && { shadow, noise: none, inFlight: 0, bytes: 0 },
  }
  const nothing = { flags: null, latches: [], shedding: null, rateLimits: null }
  return {
    ...{ pid: 1, configVersion: 'c1', routes: [own], websocketsOpen: { v1: 0, v2: 0 } },
    ...nothing,
  }
}

test('what became of copies is summed over workers, by reason', () => {
  const workers = [
    worker('match', { eligible: 9, sent: 5, dropped: { 'in-flight': 3 }, failed: { reset: 1 } }),
    worker('match', { eligible: 4, sent: 0, dropped: { 'no-answer': 4 }, failed: {} }),
    worker('search', null),
  ]
  const [match, ...others] = shadowedRoutes(workers, [routeDifferences(mixed)])
  assert.deepEqual(others, [])
  assert.deepEqual(match?.shadow, {
    eligible: 13,
    sent: 5,
    dropped: { 'no-answer': 4, 'in-flight': 3 },
    failed: { reset: 1 },
  })
  assert.deepEqual(
    [match.compared, match.notCompared, match.mismatchRate, match.real, match.worst],
    [214, 4, 1, 1, mixed[0]?.text],
  )
})

test('a route of which nothing was compared yet is there all the same', () => {
  const [match] = shadowedRoutes([worker('match', { ...none, eligible: 1, sent: 1 })], [])
  assert.deepEqual(match, {
    route: 'match',
    shadow: { eligible: 1, sent: 1, dropped: {}, failed: {} },
    noise: none,
    compared: 0,
    notCompared: 0,
    mismatchRate: null,
    real: 0,
    worst: null,
  })
})

import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { ShadowRule } from '../../src/config/shadow-rule.ts'
import type { LinkedRoute } from '../../src/config/snapshot.ts'
import { basisOf } from '../../src/shadow/basis.ts'
import { rule } from './pairs.ts'

const route = {
  name: 'offers',
  v1: { url: 'http://10.0.0.1', hostHeader: 'preserve' },
  v2: { url: 'http://10.0.0.2', hostHeader: 'preserve' },
} as LinkedRoute

const before = basisOf(route, rule())

test('a basis is the same for the same comparison, however much may be copied', () => {
  assert.match(before, /^[0-9a-f]{12}$/)
  const limits: Partial<ShadowRule> = {
    ...{ share: 0.5, noise: 0.5, maxInFlight: 1, maxBytesInFlight: 1, timeoutMs: 1 },
    ...{ maxCpu: 0.1, keepMs: 1, mask: ['/a'] },
  }
  assert.equal(basisOf(route, rule(limits)), before)
})

test('a basis is another where answers may differ otherwise', () => {
  const changed: readonly [string, LinkedRoute, Partial<ShadowRule>][] = [
    ['name', { ...route, name: 'jobs' }, {}],
    ['v1', { ...route, v1: { ...route.v1, url: 'http://10.0.0.3' } }, {}],
    ['v2', { ...route, v2: { ...route.v1, url: 'http://10.0.0.3' } }, {}],
    ['headers', route, { headers: ['etag'] }],
    ['tolerance', route, { tolerance: 0.01 }],
    ['toleranceAt', route, { toleranceAt: [{ at: '/a', share: 0.1 }] }],
    ['ignore', route, { ignore: ['/a'] }],
    ['unordered', route, { unordered: [{ at: '/a', by: null }] }],
    ['credentials', route, { credentials: 'client' }],
    ['dropHeaders', route, { dropHeaders: ['x-own'] }],
    ['dropQuery', route, { dropQuery: ['own'] }],
    ['methods', route, { methods: ['GET'] }],
  ]
  const seen = new Set([before])
  for (const [what, changedRoute, changes] of changed) {
    const basis = basisOf(changedRoute, rule(changes))
    assert.ok(!seen.has(basis), what)
    seen.add(basis)
  }
})

test('a credential that is renewed leaves the basis alone', () => {
  const own = (value: string) =>
    basisOf(route, rule({ credentials: { header: 'authorization', value } }))
  assert.equal(own('a'), own('b'))
})

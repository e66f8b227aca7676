import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { createEndpoints, endpointOf } from '../../src/guard/endpoint.ts'
import { createScopes } from '../../src/guard/scopes.ts'

const endpoints: readonly (readonly [path: string, endpoint: string])[] = [
  ['/', 'GET /'],
  ['/users/17/orders', 'GET /users/*/orders'],
  ['/users/2b1c3f04-57a8-4a29-9c1e-0a7b6f1d2e3c', 'GET /users/*'],
  ['/blobs/9f86d081884c7d65', 'GET /blobs/*'],
  ['/defaced/cafe', 'GET /defaced/cafe'],
  ['/v2/match', 'GET /v2/match'],
  ['/sessions/eyJhbGciOiJIUzI1NiJ9', 'GET /sessions/*'],
  ['/api/recommendations', 'GET /api/recommendations'],
  [`/x/${'a'.repeat(33)}`, 'GET /x/*'],
  ['/a/b/c/d/e/f/g/h', 'GET /a/b/c/d/e/f'],
]

describe('an endpoint', () => {
  for (const [path, endpoint] of endpoints) {
    it(`${path} is ${endpoint}`, () => assert.equal(endpointOf('GET', path), endpoint))
  }

  it('is the same when it is remembered, however many paths there are', () => {
    const remembering = createEndpoints()
    for (let i = 0; i < 5000; i++) {
      const path = `/items/${i % 1700}/${'word'.repeat(i % 3)}`
      assert.equal(remembering('PUT', path), endpointOf('PUT', path))
    }
  })
})

describe('scopes', () => {
  it('are told apart up to 64; the rest share one', () => {
    const scopes = createScopes(scope => ({ scope, seen: 0 }))
    for (let i = 0; i < 200; i++) scopes.of(`tenant-${i % 100}`).seen++
    assert.equal(scopes.all().length, 65)
    assert.equal(scopes.of('tenant-63').seen, 2)
    assert.equal(scopes.of('tenant-64').scope, 'other')
    assert.equal(scopes.of('tenant-64').seen, 72)
    assert.equal(scopes.of(null).scope, null)
  })
})

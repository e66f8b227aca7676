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

  it('have the shared one beside the 64', () => {
    const scopes = createScopes(scope => scope)
    assert.equal(scopes.of('strange', false), 'other')
    for (let i = 0; i < 64; i++) assert.equal(scopes.of(`tenant-${i}`), `tenant-${i}`)
    assert.equal(scopes.of('tenant-64'), 'other')
  })

  it('are named in at most 120 characters, whoever chose them', () => {
    const scopes = createScopes(scope => ({ scope, seen: 0 }))
    const exact = 'x'.repeat(120)
    for (const end of ['a', 'b', 'a']) scopes.of(`${exact}${end.repeat(5000)}`).seen++
    assert.deepEqual(scopes.all(), [{ scope: `${'x'.repeat(119)}…`, seen: 3 }])
    assert.equal(scopes.of(exact).scope, exact)
  })

  it('are not opened by what may not, and known all the same', () => {
    const scopes = createScopes(scope => scope)
    assert.equal(scopes.of('GET /a'), 'GET /a')
    assert.equal(scopes.of('GET /a', false), 'GET /a')
    assert.equal(scopes.of('GET /b', false), 'other')
    assert.equal(scopes.of('GET /b'), 'GET /b')
    const long = `GET /${'x'.repeat(200)}`
    assert.equal(scopes.of(long, false), 'other')
    assert.equal(scopes.of(long), scopes.of(long, false))
  })
})

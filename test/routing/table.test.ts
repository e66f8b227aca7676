import assert from 'node:assert/strict'
import { test } from 'node:test'
import { createRoutingTable, type RouteMatch } from '../../src/routing/table.ts'

function table(...matches: [string, RouteMatch][]) {
  const built = createRoutingTable(matches.map(([route, match]) => ({ route, match })))
  return (host: string, path: string, method = 'GET') => {
    const matched = built.match(host, path, method)
    return matched.ok ? matched.route : matched.refusal
  }
}

test('the longest prefix of whole segments wins', () => {
  const find = table(
    ['root', { path: '/' }],
    ['api', { path: '/api' }],
    ['match', { path: '/api/match' }],
  )
  assert.equal(find('h', '/api/match/1'), 'match')
  assert.equal(find('h', '/api/match'), 'match')
  assert.equal(find('h', '/api/matches'), 'api')
  assert.equal(find('h', '/api/'), 'api')
  assert.equal(find('h', '/apix'), 'root')
  assert.equal(find('h', '/'), 'root')
})

test('an exact host comes before a wildcard, a longer wildcard before a shorter, any host last', () => {
  const find = table(
    ['any', { path: '/' }],
    ['wide', { host: '*.example.com', path: '/' }],
    ['narrow', { host: '*.eu.example.com', path: '/' }],
    ['exact', { host: 'api.eu.example.com', path: '/' }],
  )
  assert.equal(find('api.eu.example.com', '/'), 'exact')
  assert.equal(find('x.eu.example.com', '/'), 'narrow')
  assert.equal(find('eu.example.com', '/'), 'wide')
  assert.equal(find('example.com', '/'), 'any', 'a wildcard stands for at least one label')
  assert.equal(find('evilexample.com', '/'), 'any')
})

test('what a more specific host has no path for falls to the next', () => {
  const find = table(['any', { path: '/old' }], ['exact', { host: 'a.b', path: '/new' }])
  assert.equal(find('a.b', '/old'), 'any')
})

test('a method that a longer prefix does not take falls to the shorter one', () => {
  const find = table(
    ['legacy', { path: '/api' }],
    ['reads', { path: '/api/match', methods: ['GET', 'HEAD'] }],
  )
  assert.equal(find('h', '/api/match', 'GET'), 'reads')
  assert.equal(find('h', '/api/match', 'POST'), 'legacy')
})

test('one path may be split by method; nothing matching says 405 with the methods, or 404', () => {
  const built = createRoutingTable([
    { route: 'reads', match: { path: '/a', methods: ['GET'] } },
    { route: 'writes', match: { path: '/a', methods: ['POST', 'PUT'] } },
  ])
  assert.deepEqual(built.match('h', '/a', 'PUT'), { ok: true, route: 'writes' })
  assert.deepEqual(built.match('h', '/a/b', 'DELETE'), {
    ok: false,
    refusal: 'method-not-allowed',
    allow: ['GET', 'POST', 'PUT'],
  })
  assert.deepEqual(built.match('h', '/b', 'GET'), { ok: false, refusal: 'no-route', allow: [] })
})

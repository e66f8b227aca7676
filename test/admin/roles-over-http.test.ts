import assert from 'node:assert/strict'
import { test } from 'node:test'
import Fastify from 'fastify'
import { requireRole } from '../../src/admin/require-role.ts'
import { type ApiDocument, operationsOf } from './described-api.ts'
import { bearing, startGuardedAdmin, tokenOf } from './operators.ts'

const difference = { part: 'status', at: '', kind: 'value', why: 'meant' }

/** Every page, with what a good request to it says; a change is refused for its subject, not for who asks. */
const pages = [
  { least: 'anyone', method: 'GET', paths: ['/health', '/ready'] },
  {
    least: 'viewer',
    method: 'GET',
    paths: [
      '/',
      '/console/overview',
      '/console/nowhere',
      '/plain',
      '/status',
      '/session',
      '/metrics',
      '/config',
      '/flags',
      '/latches',
      '/verdicts',
      '/security',
      '/revocations',
      '/gates',
      '/gates/nobody',
      '/rollouts',
      '/rollouts/nobody',
      '/experiments',
      '/experiments/nobody',
      '/differences',
      '/differences/nobody',
      '/audit',
      '/audit/verify',
      '/no-such-page',
    ],
  },
  { least: 'viewer', method: 'POST', body: {}, paths: ['/logout'] },
  {
    least: 'operator',
    method: 'POST',
    body: {},
    paths: ['rollback', 'resume', 'drill', 'drill/end'].map(each => `/latches/nobody/${each}`),
  },
  {
    least: 'operator',
    method: 'POST',
    body: {},
    paths: ['/rollouts/nobody/pause', '/rollouts/nobody/continue'],
  },
  {
    least: 'operator',
    method: 'POST',
    body: {},
    paths: ['/experiments/nobody/restart'],
  },
  {
    least: 'operator',
    method: 'POST',
    body: { values: [{ user: 'eve', value: 1 }] },
    paths: ['/experiments/nobody/values'],
  },
  { least: 'approver', method: 'POST', body: {}, paths: ['/rollouts/nobody/promote'] },
  {
    least: 'operator',
    method: 'POST',
    body: difference,
    paths: ['acknowledge', 'count-again'].map(each => `/differences/nobody/${each}`),
  },
  {
    least: 'operator',
    method: 'POST',
    body: { why: 'mended' },
    paths: ['/differences/nobody/forget'],
  },
  {
    least: 'operator',
    method: 'POST',
    body: { name: 'revenue', flag: 'f', variant: 'v2', good: 1, bad: 0 },
    paths: ['/signals'],
  },
  {
    least: 'operator',
    method: 'POST',
    body: { jti: 'a', why: 'lost' },
    paths: ['/revocations'],
  },
]

const roles = ['anyone', 'viewer', 'operator', 'approver']
const people = [
  { who: null, role: 'anyone' },
  { who: 'vera', role: 'viewer' },
  { who: 'anna', role: 'operator' },
  { who: 'otto', role: 'approver' },
]

for (const { who, role } of people) {
  test(`${who ?? 'whoever has no token'} may do what ${role} may, and nothing else`, async t => {
    const { ask, refused } = await startGuardedAdmin(t)
    const headers = who === null ? {} : bearing(tokenOf(who))
    let denied = 0
    for (const { least, method, paths, body } of pages) {
      for (const path of paths) {
        const { status, json } = await ask(method, path, { headers, body })
        const may = roles.indexOf(role) >= roles.indexOf(least)
        if (may) assert.ok(![400, 401, 403, 415].includes(status), `${method} ${path}: ${status}`)
        else {
          denied++
          const expected = who === null ? [401, 'unauthenticated'] : [403, 'forbidden']
          assert.deepEqual([status, json.error], expected, `${method} ${path}`)
        }
      }
    }
    assert.equal(refused.length, denied)
  })
}

test('every page but those for anyone is refused to who has no token', async t => {
  const { ask } = await startGuardedAdmin(t)
  const asked = await ask('GET', '/openapi.json', { headers: bearing(tokenOf('vera')) })
  const pages = [...operationsOf(asked.json as ApiDocument).keys()]
  const open = new Set<string>()
  for (const page of pages) {
    const [method = '', path = ''] = page.split(' ')
    const body = method === 'GET' ? undefined : {}
    const { status } = await ask(method, path.replaceAll(/\{\w+\}/g, 'v2_migration'), { body })
    if (status !== 401) open.add(page)
  }
  assert.ok(pages.length > 30)
  const login = ['GET /login/callback', 'GET /login/oidc', 'GET /login/{path}', 'POST /login']
  assert.deepEqual([...open].sort(), ['GET /health', ...login, 'GET /ready'].sort())
})

test('what is asked with HEAD needs what it needs with GET', async t => {
  const { ask } = await startGuardedAdmin(t)
  assert.equal((await ask('HEAD', '/status')).status, 401)
  assert.equal((await ask('HEAD', '/status', { headers: bearing(tokenOf('vera')) })).status, 200)
  assert.equal((await ask('HEAD', '/health')).status, 200)
})

test('the answer names what is missing, and how to ask', async t => {
  const { ask, refused } = await startGuardedAdmin(t)
  const none = await ask('GET', '/status')
  assert.equal(none.headers['www-authenticate'], 'Bearer')
  assert.match(none.json.message, /^Cannot answer: Authorization must be "Bearer" and a token of/)

  const basic = await ask('GET', '/status', { headers: { authorization: 'Basic YTpi' } })
  assert.deepEqual([basic.status, basic.headers['www-authenticate']], [401, 'Bearer'])

  const unknown = await ask('GET', '/status', { headers: bearing('sbadm_guessed') })
  assert.equal(unknown.headers['www-authenticate'], 'Bearer error="invalid_token"')

  const path = '/latches/v2_migration/rollback'
  const viewer = await ask('POST', path, { headers: bearing(tokenOf('vera')), body: {} })
  assert.equal(viewer.headers['www-authenticate'], 'Bearer error="insufficient_scope"')
  assert.equal(
    viewer.json.message,
    'Cannot do this: it needs the role operator, received vera, who is viewer',
  )
  assert.deepEqual(
    refused.map(({ reason, name, page }) => [reason, name, page]),
    [
      ['token-missing', null, '/status'],
      ['scheme-refused', null, '/status'],
      ['token-unknown', null, '/status'],
      ['role-missing', 'vera', '/latches/:flag/rollback'],
    ],
  )
  assert.doesNotMatch(JSON.stringify(refused), /guessed|sbadm/)
})

test('a body is not read before its sender may send it', async t => {
  const { ask } = await startGuardedAdmin(t)
  const body = { who: 'x'.repeat(65_536) }
  const { status } = await ask('POST', '/latches/v2_migration/rollback', { body })
  assert.equal(status, 401)
})

test('a page that the table of roles does not name cannot be added', () => {
  const app = Fastify()
  requireRole(app, { whoAsks: () => null, onRefused: () => {} })
  assert.throws(
    () => app.post('/latches/:flag/melt', () => ({})),
    /^Error: Cannot serve POST \/latches\/:flag\/melt: it must have its least role in role-table\.ts$/,
  )
})

test('a page that made its own name resolve to the listener has no token', async t => {
  const { ask } = await startGuardedAdmin(t)
  const rebound = { host: 'evil.test', origin: 'http://evil.test' }
  assert.equal((await ask('GET', '/status', { headers: rebound })).status, 401)
  const path = '/latches/v2_migration/rollback'
  const sent = await ask('POST', path, { headers: rebound, body: { who: 'anna' } })
  assert.equal(sent.status, 401)
  // An operator may know the listener by any name.
  const known = { host: 'gateway.internal:9900', ...bearing(tokenOf('vera')) }
  assert.equal((await ask('GET', '/status', { headers: known })).status, 200)
})

test('a page of another site is refused even with a token', async t => {
  const { ask, keeper } = await startGuardedAdmin(t)
  const headers = { ...bearing(tokenOf('anna')), 'sec-fetch-site': 'cross-site' }
  const path = '/latches/v2_migration/rollback'
  const { status, json } = await ask('POST', path, { headers, body: {} })
  assert.deepEqual([status, json.error], [403, 'from-a-page'])
  assert.equal(keeper.stateOf('v2_migration').version, 0)
})

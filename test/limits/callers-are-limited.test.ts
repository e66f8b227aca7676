import assert from 'node:assert/strict'
import { test } from 'node:test'
import { createManualClock } from '../support/manual-clock.ts'
import { startLimited } from './limited.ts'

const ada = ['x-user-id: ada']
const bob = ['x-user-id: bob']

test('a user has a burst, then the rate, and no user has anything of another', async t => {
  const clock = createManualClock()
  const { statuses, upstream } = await startLimited(t, {
    limits: '{ key: user, limit: 2/s, burst: 3 }',
    clock,
  })
  assert.deepEqual(await statuses(4, ada), [200, 200, 200, 429])
  assert.deepEqual(await statuses(4, bob), [200, 200, 200, 429])
  clock.advance(500)
  assert.deepEqual(await statuses(2, ada), [200, 429])
  clock.advance(60_000)
  assert.deepEqual(await statuses(4, ada), [200, 200, 200, 429])
  assert.equal(upstream.received().match(/GET \/ /g)?.length, 10)
})

test('who leaves the user out is limited by address, and so is who changes what is not asked', async t => {
  const { statuses } = await startLimited(t, { limits: '{ key: user, limit: 2/d }' })
  assert.deepEqual(await statuses(3), [200, 200, 429])
  assert.deepEqual(await statuses(1, ['x-user-id:']), [429])
  assert.deepEqual(await statuses(1, ['x-session: other']), [429])
  assert.deepEqual(await statuses(1, ada), [200])
})

test('requests take of every limit or of none', async t => {
  const { ask, statuses } = await startLimited(t, {
    limits: '{ key: user, limit: 2/d }, { key: ip, limit: 5/d }',
  })
  assert.deepEqual(await statuses(6, ada), [200, 200, 429, 429, 429, 429])
  // Had the four taken of the address, bob would have nothing.
  const left: (string | undefined)[] = []
  for (let i = 0; i < 2; i++) left.push((await ask(bob)).headers.get('ratelimit'))
  assert.deepEqual(left, ['"user 2/d";r=1;t=43200', '"user 2/d";r=0;t=86400'])
  const last = await ask(['x-user-id: eve'])
  assert.equal(last.headers.get('ratelimit'), '"ip 5/d";r=0;t=86400')
  const over = await ask(['x-user-id: mallory'])
  assert.equal(over.status, 429)
  assert.match(over.headers.get('ratelimit') ?? '', /^"ip 5\/d";r=0;/)
})

test('methods cost what the policy says, and what costs nothing is never refused', async t => {
  const { ask, statuses } = await startLimited(t, {
    limits: '{ key: ip, limit: 6/d, cost: { POST: 5, OPTIONS: 0 } }',
  })
  assert.deepEqual(await statuses(1, ['content-length: 0'], 'POST'), [200])
  assert.deepEqual(await statuses(1, ['content-length: 0'], 'POST'), [429])
  assert.deepEqual(await statuses(2), [200, 429])
  assert.deepEqual(await statuses(3, [], 'OPTIONS'), [200, 200, 200])
  assert.equal((await ask([], 'OPTIONS')).headers.has('ratelimit'), false)
})

test('methods, tenants and headers have buckets of their own where the key says so', async t => {
  const limits =
    '{ key: [user, method], limit: 1/d }, { key: { property: tenant }, limit: 3/d }, { key: { header: x-api-key }, limit: 2/d }'
  const { statuses } = await startLimited(t, { limits })
  const of = (user: string, tenant: string, key: string) => [
    `x-user-id: ${user}`,
    `x-tenant: ${tenant}`,
    `x-api-key: ${key}`,
  ]
  assert.deepEqual(await statuses(2, of('ada', 'acme', 'a')), [200, 429])
  assert.deepEqual(await statuses(2, of('ada', 'acme', 'b'), 'PUT'), [200, 429])
  assert.deepEqual(await statuses(2, of('bob', 'acme', 'b')), [200, 429])
  assert.deepEqual(await statuses(1, of('eve', 'acme', 'c')), [429])
  assert.deepEqual(await statuses(1, of('eve', 'umbrella', 'b')), [429])
  assert.deepEqual(await statuses(1, of('eve', 'umbrella', 'c')), [200])
})

test('routes of a policy share its limits, unless the key says route', async t => {
  for (const [key, expected] of [
    ['user', 429],
    ['[user, route]', 200],
  ] as const) {
    const { ask, upstream } = await startLimited(t, { limits: `{ key: ${key}, limit: 1/d }` })
    const other = await startLimited(t, {
      limits: `{ key: ${key}, limit: 1/d }`,
      files: {
        'routes/other.yaml': `match: { path: /other }\nv1: { url: "${upstream.url}" }\npolicy: open\nuser: { header: x-user-id }\nproperties: { tenant: { header: x-tenant } }\n`,
      },
    })
    assert.equal((await other.ask(ada)).status, 200)
    assert.equal((await other.ask(ada, 'GET', '/other')).status, expected, key)
    assert.equal((await ask(ada)).status, 200)
  }
})

import assert from 'node:assert/strict'
import { test } from 'node:test'
import { request } from 'undici'
import { testProcess } from '../support/gateway.ts'
import { createClient } from '../support/http.ts'
import { type Seen, startShadowed } from './shadowed.ts'

const bearer = {
  authorization: 'Bearer secret-of-the-client',
  cookie: 'session=secret-of-the-client',
}

async function post(url: string, body: string, headers: Record<string, string> = {}) {
  const answer = await request(`${url}/orders`, {
    method: 'POST',
    body,
    headers: { ...bearer, 'content-type': 'application/json', ...headers },
  })
  assert.equal(answer.statusCode, 200)
  await answer.body.text()
}

function assertNoSecret(seen: readonly Seen[]): void {
  assert.doesNotMatch(JSON.stringify(seen), /secret-of-the-client/)
}

test('a POST is not copied unless the policy names it', async t => {
  const shadowed = await startShadowed(t)
  await post(shadowed.url, '{}')
  const { shadow } = await shadowed.settled()
  assert.equal(shadow.eligible, 0)
  assert.equal(shadowed.v2.seen.length, 0)
})

test('a POST that is copied has marker, idempotency key and request id, its body and no token', async t => {
  const shadowed = await startShadowed(t, { shadow: '{ methods: [POST] }' })
  const body = JSON.stringify({ name: 'x'.repeat(50_000) })
  await post(shadowed.url, body)
  await post(shadowed.url, '{}', { 'idempotency-key': 'order-17' })
  const { shadow, noise } = await shadowed.settled()
  assert.deepEqual([shadow.sent, noise.eligible], [2, 0])
  const [first, second] = shadowed.v2.seen
  const [live] = shadowed.v1.seen
  assert.equal(first?.headers['x-switchback-shadow'], 'v2')
  assert.equal(first?.headers['idempotency-key'], live?.headers['x-request-id'])
  assert.equal(first?.headers['x-request-id'], live?.headers['x-request-id'])
  assert.equal(first?.headers['content-length'], String(body.length))
  assert.equal(first?.body, body)
  assert.equal(second?.headers['idempotency-key'], 'order-17')
  assert.equal(live?.headers['idempotency-key'], undefined)
  assertNoSecret(shadowed.v2.seen)
})

test('a copy carries a credential of its own where there is one', async t => {
  const shadowed = await startShadowed(t, { shadow: '{ credentials: { value: Bearer own } }' })
  const get = createClient(t)
  await get(`${shadowed.url}/?access_token=secret-of-the-client&page=2`, bearer)
  await shadowed.settled()
  const [copy] = shadowed.v2.seen
  assert.equal(copy?.headers.authorization, 'Bearer own')
  assert.equal(copy?.url, '/?page=2')
  assertNoSecret(shadowed.v2.seen)
})

test('V1 is asked twice with the client’s own credentials', async t => {
  const shadowed = await startShadowed(t, { shadow: '{ noise: 100% }' })
  const get = createClient(t)
  await get(`${shadowed.url}/`, bearer)
  const { noise } = await shadowed.settled()
  assert.equal(noise.sent, 1)
  assert.deepEqual(
    shadowed.v1.seen.map(({ headers }) => [headers.authorization, headers['x-switchback-shadow']]),
    [
      [bearer.authorization, undefined],
      [bearer.authorization, 'v1'],
    ],
  )
  assertNoSecret(shadowed.v2.seen)
})

test('a copy of a gateway in front is passed on as such and not copied again', async t => {
  const shadowed = await startShadowed(t, {
    process: `${testProcess}trustedProxies: [127.0.0.1]\n`,
  })
  const get = createClient(t)
  await get(`${shadowed.url}/`, { 'x-switchback-shadow': 'v2' })
  const { shadow } = await shadowed.settled()
  assert.equal(shadow.eligible, 0)
  assert.equal(shadowed.v1.seen[0]?.headers['x-switchback-shadow'], 'v2')
  assert.equal(shadowed.v2.seen.length, 0)
})

test('a client cannot have its request taken for a copy, by V1, V2 or the gateway', async t => {
  for (const percent of [0, 100]) {
    const shadowed = await startShadowed(t, { percent })
    const get = createClient(t)
    await get(`${shadowed.url}/`, { 'x-switchback-shadow': 'v2', x_switchback_shadow: 'v2' })
    const { shadow } = await shadowed.settled()
    assert.equal(shadow.sent, 1)
    const [live, copy] = percent === 0 ? [shadowed.v1, shadowed.v2] : [shadowed.v2, shadowed.v1]
    const marked = ({ headers }: Seen) => Object.keys(headers).filter(name => /shadow/.test(name))
    assert.deepEqual(live.seen.map(marked), [[]])
    assert.deepEqual(copy.seen.map(marked), [['x-switchback-shadow']])
  }
})

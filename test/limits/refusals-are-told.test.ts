import assert from 'node:assert/strict'
import { test } from 'node:test'
import { assertRefused, plainRequest } from '../support/requests.ts'
import { startLimited } from './limited.ts'

test('a refusal is counted, logged with its limit, and told to the client without a key', async t => {
  const { gateway, ask } = await startLimited(t, {
    limits: '{ key: user, limit: 2/d, name: per-user }, { key: ip, limit: 100/d }',
  })
  await ask(['x-user-id: zoe'])
  await ask(['x-user-id: zoe'])
  const refused = await assertRefused(
    gateway.port,
    plainRequest('/', 'x-user-id: zoe\r\n'),
    429,
    'rate-limited',
  )
  // A name that no request id has in it by chance.
  assert.doesNotMatch(refused.text, /zoe/)
  assert.equal(refused.headers.get('retry-after'), '43200')

  const counted = async (limit: string, result: string) =>
    gateway.metric(
      `switchback_rate_limit_checks_total{route="main",limit="${limit}",result="${result}"}`,
    )
  assert.equal(await counted('per-user', 'allowed'), 2)
  assert.equal(await counted('per-user', 'refused'), 1)
  assert.equal(await counted('ip 100/d', 'allowed'), 2)
  assert.equal(await counted('ip 100/d', 'refused'), 0)
  assert.equal(
    await gateway.metric('switchback_refusals_total{route="main",reason="rate-limited"}'),
    1,
  )
  const told = gateway.logLines.map(line => JSON.parse(line)).filter(({ status }) => status === 429)
  assert.deepEqual(
    told.map(({ refusal, detail, route }) => ({ refusal, detail, route })),
    [{ refusal: 'rate-limited', detail: 'per-user', route: 'main' }],
  )
})

test('metrics and status say who answers for the limits', async t => {
  const { gateway } = await startLimited(t, { limits: '{ key: ip, limit: 1/d }' })
  const mode = (name: string) => gateway.metric(`switchback_rate_limit_mode{mode="${name}"}`)
  assert.deepEqual(await Promise.all(['memory', 'redis', 'share', 'floor'].map(mode)), [1, 0, 0, 0])
  const [worker] = await gateway.status()
  assert.equal(worker?.rateLimits, 'memory')
  await gateway.edit({ 'policies/open.yaml': 'auth: public\n' })
  await gateway.reload()
  const [later] = await gateway.status()
  assert.equal(later?.rateLimits, null)
})

test('operators are never limited', async t => {
  const { gateway, statuses } = await startLimited(t, { limits: '{ key: ip, limit: 1/d }' })
  assert.deepEqual(await statuses(2), [200, 429])
  for (const path of ['/health', '/ready', '/metrics', '/status', '/health', '/ready']) {
    assert.equal((await fetch(`${gateway.adminUrl}${path}`)).status, 200, path)
  }
})

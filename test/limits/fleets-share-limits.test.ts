import assert from 'node:assert/strict'
import { type TestContext, test } from 'node:test'
import type { LimiterMode } from '../../src/limits/limiter.ts'
import { eventually } from '../fleet/eventually.ts'
import { type TestGateway, testProcess } from '../support/gateway.ts'
import { logged } from '../support/log-events.ts'
import { startRedis } from '../support/redis-server.ts'
import { startLimited } from './limited.ts'

const ada = ['x-user-id: ada']

/** A gateway of the fleet, patient with a Redis on a busy machine. */
function startOn(t: TestContext, redisPort: number, limits: string) {
  const store = `store: { redis: "redis://127.0.0.1:${redisPort}", timeoutMs: 5000, limitsTimeoutMs: 1000 }\n`
  return startLimited(t, { limits, files: { 'switchback.yaml': `${testProcess}${store}` } })
}

async function untilMode(gateway: TestGateway, mode: LimiterMode): Promise<void> {
  await eventually(async () => (await gateway.status())[0]?.rateLimits === mode)
}

test('machines of a fleet give a user one burst together, by HTTP headers too', async t => {
  const redis = await startRedis(t)
  const limits = '{ key: user, limit: 3/d }'
  const [one, two] = [await startOn(t, redis.port, limits), await startOn(t, redis.port, limits)]
  await untilMode(one.gateway, 'redis')
  await untilMode(two.gateway, 'redis')
  assert.equal((await one.ask(ada)).headers.get('ratelimit-remaining'), '2')
  assert.equal((await two.ask(ada)).headers.get('ratelimit-remaining'), '1')
  assert.equal((await one.ask(ada)).headers.get('ratelimit-remaining'), '0')
  assert.equal((await two.ask(ada)).status, 429)
  assert.equal((await one.ask(ada)).status, 429)
  assert.equal((await two.ask(['x-user-id: bob'])).status, 200)
})

test('a Redis that goes is told once, fails no request, and is told again when it is back', async t => {
  const redis = await startRedis(t)
  const { gateway, statuses } = await startOn(t, redis.port, '{ key: user, limit: 1000/d }')
  await untilMode(gateway, 'redis')
  assert.deepEqual(await statuses(2, ada), [200, 200])
  await redis.stop()
  assert.deepEqual(await statuses(3, ada), [200, 200, 200])
  await logged(gateway, 'rate-limits-share')
  assert.equal(await gateway.metric('switchback_rate_limit_mode{mode="share"}'), 1)
  assert.equal(await gateway.metric('switchback_rate_limit_mode{mode="redis"}'), 0)
  await redis.restart()
  await untilMode(gateway, 'redis')
  await logged(gateway, 'rate-limits-redis', 2)
  assert.deepEqual(await statuses(2, ada), [200, 200])
  const lost = gateway.logLines.filter(line => line.includes('"event":"rate-limits-share"'))
  assert.equal(lost.length, 1)
  assert.equal(JSON.parse(lost[0] as string).level, 'warn')
})

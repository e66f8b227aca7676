import assert from 'node:assert/strict'
import { test } from 'node:test'
import { createRedisStore } from '../../src/fleet/stores/redis-store.ts'
import { createManualClock } from '../support/manual-clock.ts'
import { redisCommand } from '../support/redis-command.ts'
import { startRedis } from '../support/redis-server.ts'

test('a Redis that is read but refuses to be written to is down, and stays so', async t => {
  const redis = await startRedis(t)
  const clock = createManualClock()
  const told: boolean[] = []
  const store = createRedisStore({
    url: `redis://127.0.0.1:${redis.port}`,
    prefix: 'switchback',
    timeoutMs: 2000,
    clock,
    onStatus: ({ up }) => told.push(up),
  })
  t.after(() => store.close())
  await store.latches()
  await redisCommand(redis.port, ['CONFIG', 'SET', 'maxmemory', '1'])
  for (let round = 0; round < 3; round++) {
    await assert.rejects(store.addCounts({ a: 1 }), /OOM/)
    await store.latches()
    clock.advance(9_000)
  }
  assert.deepEqual(told, [false])
  await redisCommand(redis.port, ['CONFIG', 'SET', 'maxmemory', '0'])
  clock.advance(1_000)
  await store.addCounts({ a: 1 })
  assert.deepEqual(told, [false, true])
})

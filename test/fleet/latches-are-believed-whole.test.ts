import assert from 'node:assert/strict'
import { test } from 'node:test'
import { systemClock } from '../../src/clock.ts'
import { sortable } from '../../src/fleet/stores/latch-order.ts'
import { createRedisStore } from '../../src/fleet/stores/redis-store.ts'
import type { LatchState } from '../../src/guard/latch-state.ts'
import { redisCommand } from '../support/redis-command.ts'
import { startRedis } from '../support/redis-server.ts'
import { latch } from './store-states.ts'

test('what claims to be a latch of a later version is believed in every part or not at all', async t => {
  const redis = await startRedis(t)
  const store = createRedisStore({
    url: `redis://127.0.0.1:${redis.port}`,
    prefix: 'switchback',
    timeoutMs: 2000,
    clock: systemClock,
  })
  t.after(() => store.close())
  const key = '{switchback}:latches'
  const claims: object[] = [
    { version: 1e308 },
    { version: Number.MAX_SAFE_INTEGER },
    { version: 9, since: 1e300 },
    { version: 9, reason: 'toString' },
    { version: 9, note: { html: '<b>' } },
    { version: 9, evidence: {} },
  ]
  for (const claim of claims) {
    const state = { ...latch(), ...claim } as LatchState
    const order = [state.version, 1, state.since, sortable(state.by)].join(':')
    const value = `${order}:${JSON.stringify(state)}`
    await redisCommand(redis.port, ['HSET', key, state.flag, value])
    assert.deepEqual(await store.latches(), [], value)
    assert.deepEqual(await store.putLatch(latch()), latch(), value)
    assert.deepEqual(await store.latches(), [latch()], value)
  }
})

import assert from 'node:assert/strict'
import { test } from 'node:test'
import { startRedisRelay } from '../../bench/failover/redis-relay.ts'
import { pause, systemClock } from '../../src/clock.ts'
import { createRedisStore } from '../../src/fleet/stores/redis-store.ts'
import { latch } from '../fleet/store-states.ts'
import { startRedis } from '../support/redis-server.ts'

/** Less than the time limit of the test run. */
const patience = { timeout: 30_000 }

test(
  'the relay before a Redis swallows what is published and lets all else through',
  patience,
  async t => {
    const redis = await startRedis(t)
    const relay = await startRedisRelay(redis.port)
    t.after(relay.close)
    const open = (port: number) => {
      const url = `redis://127.0.0.1:${port}`
      const store = createRedisStore({ url, prefix: 'a', timeoutMs: 5000, clock: systemClock })
      t.after(() => store.close())
      return store
    }
    const [writer, cutOff] = [open(redis.port), open(relay.port)]
    const heard: number[] = []
    cutOff.onLatch(({ version }) => heard.push(version))

    let isThrough = false
    for (let version = 1; relay.swallowed() === 0 || !isThrough; version++) {
      // The first come before its subscription, or before the connections stand.
      await writer.putLatch(latch({ version })).catch(() => {})
      isThrough = await cutOff.latches().then(
        () => true,
        () => false,
      )
      await pause(systemClock, 20)
    }
    assert.deepEqual(await cutOff.latches(), await writer.latches())
    assert.deepEqual(heard, [])
  },
)

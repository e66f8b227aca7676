import assert from 'node:assert/strict'
import { after, test } from 'node:test'
import { pause, systemClock } from '../../src/clock.ts'
import { createRedisStore } from '../../src/fleet/stores/redis-store.ts'
import { StoreDown } from '../../src/fleet/stores/store-down.ts'
import { startRedisCluster } from '../support/redis-cluster.ts'
import { redisPlace } from './redis-place.ts'
import { contract } from './store-contract.ts'
import { latch } from './store-states.ts'

const nodes = await startRedisCluster({ after })
const url = `redis+cluster://${nodes.map(({ port }) => `127.0.0.1:${port}`).join(',')}`
let places = 0

contract({
  kind: 'redis',
  sharesCounts: true,
  // Each prefix is a hash tag of its own: in turn they lie on all the nodes.
  place: async t => redisPlace(t, url, `place-${++places}`),
})

test('a node that is stopped fails the calls in time, and is used again when it goes on', {
  timeout: 30_000,
}, async t => {
  const store = createRedisStore({ url, prefix: 'stopped', timeoutMs: 500, clock: systemClock })
  t.after(() => store.close())
  await store.putLatch(latch())
  for (const node of nodes) node.kill('SIGSTOP')
  await assert.rejects(store.latches(), StoreDown)
  await assert.rejects(store.putLatch(latch({ version: 2 })), StoreDown)
  for (const node of nodes) node.kill('SIGCONT')
  for (;;) {
    const found = await store.putLatch(latch({ version: 3 })).catch(() => null)
    if (found !== null) break
    await pause(systemClock, 20)
  }
  assert.deepEqual(await store.latches(), [latch({ version: 3 })])
})

import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Rate } from '../../src/limits/limiter.ts'
import { startRedisCluster } from '../support/redis-cluster.ts'
import { openSteps, untilMode } from './redis-limits.ts'

test('in a cluster all limits of a request are taken together as well', {
  timeout: 30_000,
}, async t => {
  const nodes = await startRedisCluster(t)
  const url = `redis+cluster://${nodes.map(({ port }) => `127.0.0.1:${port}`).join(',')}`
  const rate: Rate = { limit: 60, periodMs: 3_600_000, burst: 10 }
  // In turn the prefixes lie on all the nodes.
  for (let i = 0; i < 6; i++) {
    const opened = openSteps(t, { url, prefix: `place-${i}` })
    await untilMode(opened, 'redis')
    const asks = ['a', 'b', '{c}'].map(key => ({ key, rate, cost: 1 }))
    const all = await Promise.all(Array.from({ length: 15 }, () => opened.steps.take(asks)))
    assert.equal(all.filter(({ allowed }) => allowed).length, 10)
    assert.equal(opened.steps.mode, 'redis')
  }
})

import assert from 'node:assert/strict'
import { test } from 'node:test'
import { pause, systemClock } from '../../src/clock.ts'
import { createRedisStore } from '../../src/fleet/stores/redis-store.ts'
import { redisCommand } from '../support/redis-command.ts'
import { startRedis } from '../support/redis-server.ts'
import { entry, latch } from './store-states.ts'

test('sentinels lead to the primary, and to the next one when it is gone', {
  timeout: 60_000,
}, async t => {
  const primary = await startRedis(t)
  const replica = await startRedis(t, [`replicaof 127.0.0.1 ${primary.port}`])
  await until(async () => (await info(replica.port)).includes('master_link_status:up'))
  const settings = [
    `sentinel monitor main 127.0.0.1 ${primary.port} 1`,
    'sentinel down-after-milliseconds main 300',
    'sentinel failover-timeout main 3000',
  ]
  const sentinel = await startRedis(t, settings, 'sentinel')
  await until(async () => (await info(sentinel.port)).includes('slaves=1'))

  const open = () => {
    const url = `redis+sentinel://127.0.0.1:${sentinel.port}/main`
    const store = createRedisStore({ url, prefix: 's', timeoutMs: 500, clock: systemClock })
    t.after(() => store.close())
    return store
  }
  const [a, b] = [open(), open()]
  await a.putLatch(latch())
  assert.equal((await a.appendAudit(entry())).seq, 1)
  await until(async () => (await redisCommand(replica.port, ['DBSIZE'])) === ':2\r\n')

  await primary.stop()
  await until(async () => {
    const found = await a.putLatch(latch({ version: 2 })).catch(() => null)
    return found !== null
  })
  assert.equal((await a.appendAudit(entry())).seq, 2, 'the replica had the first')
  await until(async () => (await b.latches().catch(() => [])).length > 0)
  assert.deepEqual(await b.latches(), [latch({ version: 2 })])

  let heard = false
  b.onLatch(() => {
    heard = true
  })
  let version = 2
  await until(async () => {
    await a.putLatch(latch({ version: ++version }))
    return heard
  })
})

const info = (port: number) => redisCommand(port, ['INFO'])

async function until(met: () => Promise<boolean>): Promise<void> {
  while (!(await met())) await pause(systemClock, 20)
}

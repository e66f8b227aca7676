import assert from 'node:assert/strict'
import { test } from 'node:test'
import { redisCommand } from '../support/redis-command.ts'
import { startRedis } from '../support/redis-server.ts'
import { redisPlace } from './redis-place.ts'

test('nothing is left of a subject that nobody looks at any more', async t => {
  const { port } = await startRedis(t)
  const place = redisPlace(t, `redis://127.0.0.1:${port}/0`)
  const store = place.open()
  await store.putNotice('shadow/removed', 'a', 'x', 200)
  await store.putNotice('shadow/removed', 'b', 'x', 50)
  while ((await redisCommand(port, ['DBSIZE'])) !== ':0\r\n') await place.pass(20)
})

test('the holders are known for as long as the longest of their notices is', async t => {
  const { port } = await startRedis(t)
  const place = redisPlace(t, `redis://127.0.0.1:${port}/0`)
  const store = place.open()
  await store.putNotice('shadow/match', 'long', 'x', 60_000)
  await store.putNotice('shadow/match', 'short', 'x', 50)
  while ((await redisCommand(port, ['DBSIZE'])) !== ':2\r\n') await place.pass(20)
  assert.deepEqual([...(await store.notices('shadow/match'))], [['long', 'x']])
})

import assert from 'node:assert/strict'
import { test } from 'node:test'
import { readEvents } from '../admin/event-stream.ts'
import { configDir, oneRoute, startGateway, testProcess } from '../support/gateway.ts'
import { startUpstream } from '../support/http.ts'
import { startRedis } from '../support/redis-server.ts'

test('a latch that another machine changed, and a store that is lost and back, are seen on the stream', async t => {
  const v1 = await startUpstream(t, 'v1')
  const v2 = await startUpstream(t, 'v2')
  const redis = await startRedis(t)
  const startOne = async () => {
    const dir = await configDir(t, {})
    return startGateway(t, {
      ...oneRoute({ v1: v1.url, v2: v2.url }),
      'switchback.yaml': `${testProcess}store: { dir: ${dir}, redis: "redis://127.0.0.1:${redis.port}" }\n`,
    })
  }
  const acting = await startOne()
  const watching = await startOne()
  const stream = await readEvents(t, watching.adminUrl)
  const done = await fetch(`${acting.adminUrl}/latches/v2/rollback`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ who: 'ada' }),
  })
  assert.equal(done.status, 200)
  const { data } = await stream.nextOf('latch')
  assert.deepEqual([data.state, data.by], ['tripped', 'ada'])

  const heard = async (event: string) => {
    while ((await stream.nextOf('audit')).data.event !== event) {
      // Others come before it.
    }
  }
  await redis.stop()
  await heard('store-lost')
  await redis.restart()
  await heard('store-back')
})

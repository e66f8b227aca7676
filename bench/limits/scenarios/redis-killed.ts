import { startClients } from '../../failover/clients.ts'
import { flow, type Scenario, warmUpMs } from '../../failover/stage.ts'
import { goodFigures } from '../figures.ts'
import { startLimitScene, untilCountedBy } from '../scene.ts'

const [healthyMs, goneMs, backMs] = [8000, 8000, 3000]

/** Redis goes and comes back; nobody notices. */
export const redisKilled: Scenario = {
  name: 'redis-killed',
  what: '`kill -9` of Redis, which is started again 8 s later; a limit that nobody comes near',
  async play(stage) {
    const scene = await startLimitScene(stage, { gateways: 1, workers: 2 })
    const [gateway] = scene.gateways
    const clients = startClients(stage.children, { url: gateway?.url() ?? '' })
    await flow(warmUpMs + healthyMs)
    const goneAt = Date.now()
    scene.redis.signal('SIGKILL')
    await flow(goneMs)
    const backAt = Date.now()
    await scene.redis.restart()
    const againMs = await untilCountedBy(scene, 'redis')
    await flow(backMs)
    const replies = await clients.stop()
    return [
      ...goodFigures(replies, [goneAt - healthyMs, goneAt], [goneAt, backAt], 5),
      { what: 'ms from the new start until Redis is asked again', value: againMs },
    ]
  },
}

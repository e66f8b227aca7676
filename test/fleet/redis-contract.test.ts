import { startRedis } from '../support/redis-server.ts'
import { redisPlace } from './redis-place.ts'
import { contract } from './store-contract.ts'

contract({
  kind: 'redis',
  sharesCounts: true,
  async place(t) {
    const { port } = await startRedis(t)
    return redisPlace(t, `redis://127.0.0.1:${port}/3`)
  },
})

import { pause, systemClock } from '../../src/clock.ts'
import { freePort } from './free-port.ts'
import { redisCommand } from './redis-command.ts'
import { type AfterHooks, type RedisServer, startRedis } from './redis-server.ts'

const slots = 16_384

/** A cluster of three primaries without replicas, with every slot served. */
export async function startRedisCluster(t: AfterHooks): Promise<readonly RedisServer[]> {
  const nodes: RedisServer[] = []
  for (let i = 0; i < 3; i++) {
    // By default the port for the other nodes is 10000 above, where there may be none.
    const busPort = await freePort()
    const settings = ['cluster-enabled yes', 'cluster-config-file nodes.conf']
    const node = await startRedis(t, [...settings, `cluster-port ${busPort}`])
    const [first, next] = [Math.floor((i * slots) / 3), Math.floor(((i + 1) * slots) / 3)]
    await redisCommand(node.port, ['CLUSTER', 'ADDSLOTSRANGE', String(first), String(next - 1)])
    for (const { port } of nodes) {
      const meet = ['CLUSTER', 'MEET', '127.0.0.1', String(node.port), String(busPort)]
      await redisCommand(port, meet)
    }
    nodes.push(node)
  }
  for (const { port } of nodes) {
    while (!(await redisCommand(port, ['CLUSTER', 'INFO'])).includes('cluster_state:ok')) {
      await pause(systemClock, 20)
    }
  }
  return nodes
}

import { setTimeout as delay } from 'node:timers/promises'
import { type Gateway, startGateway } from '../failover/gateway.ts'
import { type RedisServer, startRedis } from '../failover/redis.ts'
import { startService } from '../failover/service.ts'
import type { Stage } from '../stage.ts'

/** Gateways that share a Redis, before one service. */
export interface LimitScene {
  readonly redis: RedisServer
  readonly gateways: readonly Gateway[]
}

export interface LimitSceneOptions {
  readonly gateways: number
  /** Of each gateway. */
  readonly workers: number
  /** Of Redis, as its command line has them. */
  readonly settings?: readonly string[]
}

/** Requests a second that all callers of the scarce route may make together. */
export const scarcePerSecond = 100
/** What clients ask of it is far more. */
export const scarcePath = '/scarce'

/** Milliseconds in which a gateway must have said who counts. */
const patienceMs = 15_000
const lookEveryMs = 20

/**
 * All routes but one have a limit per user that no client of the bench comes near: they wait for Redis
 * and are never refused.
 */
export async function startLimitScene(
  stage: Stage,
  { gateways, workers, settings }: LimitSceneOptions,
): Promise<LimitScene> {
  const { children, scratch } = stage
  const redis = await startRedis(children, settings)
  const { url } = await startService(children, 'v1')
  const files = {
    ...{ v1: url, v2: url, workers, redis: redis.port },
    policy: 'rateLimit: [{ key: user, limit: 100/s }]\n',
    more: {
      'routes/scarce.yaml': `match: { path: ${scarcePath} }\nv1: { url: "${url}" }\npolicy: scarce\n`,
      'policies/scarce.yaml':
        'auth: public\n' +
        `rateLimit: [{ key: route, limit: ${scarcePerSecond}/s, burst: ${scarcePerSecond / 10} }]\n`,
    },
  }
  const started = await Promise.all(
    Array.from({ length: gateways }, (_, i) =>
      startGateway(children, scratch, `gateway-${i}`, files),
    ),
  )
  const scene = { redis, gateways: started }
  await untilCountedBy(scene, 'redis')
  return scene
}

/** Workers that have their rates counted in another way; Infinity where a gateway does not say. */
export async function countedOtherwise({ gateways }: LimitScene, mode: string): Promise<number> {
  const answers = await Promise.all(gateways.map(gateway => gateway.status()))
  const modes = answers.map(status => status?.workers.map(({ rateLimits }) => rateLimits))
  if (modes.includes(undefined)) return Number.POSITIVE_INFINITY
  return modes.flat().filter(each => each !== mode).length
}

/** Resolves with the milliseconds that it took until every worker counts in this way. */
export async function untilCountedBy(scene: LimitScene, mode: string): Promise<number> {
  const startedAt = Date.now()
  while ((await countedOtherwise(scene, mode)) > 0) {
    if (Date.now() - startedAt > patienceMs) {
      throw new Error(`Cannot go on: rates must be counted by ${mode} within ${patienceMs} ms`)
    }
    await delay(lookEveryMs)
  }
  return Date.now() - startedAt
}

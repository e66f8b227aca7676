import type { Stage } from '../stage.ts'
import { type Clients, startClients } from './clients.ts'
import { type Gateway, startGateway } from './gateway.ts'
import { guarded } from './scene.ts'
import { type Service, startService } from './service.ts'

/** Three gateways on one Redis. Only the first has a V2 that will fail: the others can but hear of it. */
export interface Fleet {
  readonly badV2: Service
  readonly goodV2: Service
  readonly gateways: readonly Gateway[]
  readonly clients: readonly Clients[]
}

const names = ['a', 'b', 'c'] as const
/** Requests a second at each. */
const rate = 100

/** @param redisPorts One for each gateway, all leading to the same Redis. */
export async function startFleet(stage: Stage, redisPorts: readonly number[]): Promise<Fleet> {
  const { children, scratch } = stage
  const v1 = await startService(children, 'v1')
  const badV2 = await startService(children, 'v2')
  const goodV2 = await startService(children, 'v2')
  const gateways = await Promise.all(
    names.map((name, i) =>
      startGateway(children, scratch, name, {
        v1: v1.url,
        v2: (i === 0 ? badV2 : goodV2).url,
        policy: guarded,
        workers: 1,
        redis: redisPorts[i] as number,
      }),
    ),
  )
  const clients = gateways.map((gateway, i) =>
    startClients(children, { url: gateway.url(), prefix: names[i] as string, rate }),
  )
  return { badV2, goodV2, gateways, clients }
}

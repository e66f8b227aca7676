import { setTimeout as delay } from 'node:timers/promises'
import { freePort } from '../../test/support/free-port.ts'
import { startClients } from '../failover/clients.ts'
import { feature } from '../failover/gateway-files.ts'
import { startRedis } from '../failover/redis.ts'
import { guarded, startScene } from '../failover/scene.ts'
import { settled } from '../failover/service.ts'
import type { Stage } from '../stage.ts'
import type { Fault, Scene } from './fault.ts'
import type { Sighting } from './sighting.ts'
import { startUnleash } from './unleash.ts'

/** How long each part of a fault takes, in milliseconds, and how many ask a second. */
export interface Times {
  readonly warmUpMs: number
  /** Until it is taken back. */
  readonly lastsMs: number
  readonly afterwardsMs: number
  readonly rate: number
}

export const usualTimes: Times = {
  warmUpMs: 2500,
  lastsMs: 2500,
  afterwardsMs: 3500,
  rate: 150,
}

const workers = 2

/** Lets clients ask, makes a fault, takes it back, and tells what they saw. */
export async function playFault(stage: Stage, fault: Fault, times: Times): Promise<Sighting> {
  const scene = await startFaultScene(stage, fault)
  const { v1, v2, gateway } = scene
  if (fault.before !== undefined) {
    for (const service of [v1, v2]) await service.behave(fault.before)
  }
  const clients = startClients(stage.children, { url: gateway.url(), rate: times.rate })
  await delay(times.warmUpMs)
  const faultAt = Date.now()
  await fault.make(scene)
  let overAt = Date.now()
  await delay(times.lastsMs)
  if (fault.undo !== undefined) {
    await fault.undo(scene)
    overAt = Date.now()
  }
  await delay(times.afterwardsMs)
  const replies = await clients.stop()
  await settled()
  return {
    ...{ replies, faultAt, overAt },
    arrivals: [...v1.arrivals(), ...v2.arrivals()],
    switchesBack: gateway.events().filter(({ type }) => type === 'switched-back').length,
  }
}

async function startFaultScene(stage: Stage, fault: Fault): Promise<Scene> {
  const { needs = [], policy = guarded } = fault
  const redis = needs.includes('redis') ? await startRedis(stage.children) : null
  const unleash = needs.includes('unleash') ? await startUnleash(stage.children, feature) : null
  const scene = await startScene(stage, {
    ...{ policy, workers },
    ...(redis !== null && { redis: redis.port }),
    ...(unleash !== null && { unleash: unleash.url }),
    ...(needs.includes('fixed-port') && { port: await freePort() }),
  })
  return { ...scene, redis, unleash }
}

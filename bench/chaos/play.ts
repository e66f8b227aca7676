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

/** How long each part of a fault takes, in milliseconds, how many ask a second, and whom. */
export interface Scale {
  readonly warmUpMs: number
  /** Until it is taken back. */
  readonly lastsMs: number
  readonly afterwardsMs: number
  readonly rate: number
  /** Of the gateway. */
  readonly workers: number
}

export const usualScale: Scale = {
  warmUpMs: 2500,
  lastsMs: 2500,
  afterwardsMs: 3500,
  rate: 150,
  workers: 2,
}

/** Lets clients ask, makes a fault, takes it back, and tells what they saw. */
export async function playFault(stage: Stage, fault: Fault, scale: Scale): Promise<Sighting> {
  const noted: string[] = []
  const parts = await startFaultScene(stage, fault, scale.workers)
  const scene = { ...parts, note: (what: string) => void noted.push(what) }
  const { v1, v2, gateway } = scene
  if (fault.before !== undefined) {
    for (const service of [v1, v2]) await service.behave(fault.before)
  }
  const clients = startClients(stage.children, { url: gateway.url(), rate: scale.rate })
  await delay(scale.warmUpMs)
  const faultAt = Date.now()
  await fault.make(scene)
  let overAt = Date.now()
  await delay(scale.lastsMs)
  if (fault.undo !== undefined) {
    await fault.undo(scene)
    overAt = Date.now()
  }
  await delay(scale.afterwardsMs)
  const replies = await clients.stop()
  await settled()
  return {
    ...{ replies, faultAt, overAt, noted },
    arrivals: [...v1.arrivals(), ...v2.arrivals()],
    switchesBack: gateway.events().filter(({ type }) => type === 'switched-back').length,
  }
}

async function startFaultScene(
  stage: Stage,
  fault: Fault,
  workers: number,
): Promise<Omit<Scene, 'note'>> {
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

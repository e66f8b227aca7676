import type { Stage } from '../../stage.ts'
import type { Figure } from '../figure.ts'
import { startFleet } from '../fleet.ts'
import type { Gateway } from '../gateway.ts'
import { startRedis } from '../redis.ts'
import { flow, type Scenario, warmUpMs } from '../stage.ts'

export const fleetKilled: Scenario = {
  name: 'fleet-killed',
  what: 'Three gateways on one Redis, all killed with -9 right after a trip and started again: first with Redis, then killed once more and started without it',
  play,
}

/** Half of these were on V2. */
const users = Array.from({ length: 20 }, (_, i) => `u${i}`)

async function play(stage: Stage): Promise<Figure[]> {
  const redis = await startRedis(stage.children)
  const fleet = await startFleet(stage, [redis.port, redis.port, redis.port])
  const { gateways, clients, badV2 } = fleet
  await flow(warmUpMs)
  const onV2 = (await Promise.all(gateways.map(askAll))).every(count => count > 0)
  await badV2.behave('500')
  await Promise.all(gateways.map(gateway => gateway.switchedBack()))
  await killAll(gateways)
  await badV2.behave('ok')
  await Promise.all(clients.map(each => each.stop()))

  const withRedisMs = await restartAll(gateways)
  const withRedis = await Promise.all(gateways.map(askAll))
  await killAll(gateways)
  redis.signal('SIGKILL')
  const withoutRedisMs = await restartAll(gateways)
  const withoutRedis = await Promise.all(gateways.map(askAll))
  return [
    { what: 'gateways that had nobody on V2 before', value: onV2 ? 0 : 1, most: 0 },
    { what: 'first requests after the start to V2, with Redis', value: sum(withRedis), most: 0 },
    { what: 'first requests after the start to V2, without', value: sum(withoutRedis), most: 0 },
    { what: 'ms that three starts at once take, with Redis', value: withRedisMs },
    { what: 'ms that three starts at once take, without', value: withoutRedisMs },
  ]
}

async function killAll(gateways: readonly Gateway[]): Promise<void> {
  await Promise.all(gateways.map(gateway => gateway.kill()))
}

/** Resolves with the milliseconds until all of them serve. */
async function restartAll(gateways: readonly Gateway[]): Promise<number> {
  const startedAt = Date.now()
  await Promise.all(gateways.map(gateway => gateway.restart()))
  return Date.now() - startedAt
}

/** How many of some users V2 answers; a request that fails is no proof and ends the round. */
async function askAll(gateway: Gateway): Promise<number> {
  const answers = users.map(async user => {
    const answer = await fetch(`${gateway.url()}/offers/1`, { headers: { 'x-user-id': user } })
    if (!answer.ok) throw new Error(`Cannot ask ${user}'s service: ${answer.status}`)
    await answer.arrayBuffer()
    return answer.headers.get('x-service')
  })
  return (await Promise.all(answers)).filter(service => service === 'v2').length
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0)
}

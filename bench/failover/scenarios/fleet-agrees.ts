import type { Stage } from '../../stage.ts'
import type { Figure } from '../figure.ts'
import { type Fleet, startFleet } from '../fleet.ts'
import type { Gateway } from '../gateway.ts'
import { startRedis } from '../redis.ts'
import { startRedisRelay } from '../redis-relay.ts'
import { failuresOf } from '../replies.ts'
import { settled } from '../service.ts'
import { afterwardsMs, flow, type Scenario, warmUpMs } from '../stage.ts'
import { greatest } from '../trips.ts'

/** A breach that one of three gateways sees. */
export const fleetAgrees: readonly Scenario[] = [
  {
    name: 'fleet-push',
    what: 'Three gateways on one Redis; the V2 of one of them answers 500 to everything',
    async play(stage) {
      const { port } = await startRedis(stage.children)
      return play(stage, [port, port, port], 250)
    },
  },
  {
    name: 'fleet-poll',
    what: 'The same, with everything lost that Redis publishes; the others learn of it by looking, or see it themselves in the counts of the fleet',
    async play(stage) {
      const { port } = await startRedis(stage.children)
      const relays = [0, 1, 2].map(() => startRedisRelay(port))
      const ports: number[] = []
      const open = await Promise.all(relays)
      for (const relay of open) {
        ports.push(relay.port)
        stage.defer(relay.close)
      }
      const figures = await play(stage, ports, 1500)
      const lost = open.filter(relay => relay.swallowed() > 0).length
      return [...figures, { what: 'gateways that lost no message', value: 3 - lost, most: 0 }]
    },
  },
]

async function play(stage: Stage, ports: readonly number[], mostMs: number): Promise<Figure[]> {
  const fleet = await startFleet(stage, ports)
  await flow(warmUpMs)
  const faultAt = await fleet.badV2.behave('500')
  await flow(afterwardsMs)
  const replies = (await Promise.all(fleet.clients.map(each => each.stop()))).flat()
  await settled()
  return [
    { what: 'requests', value: replies.length },
    { what: 'GETs that failed', value: failuresOf(replies, 'GET'), most: 0 },
    ...agreement(fleet, faultAt, mostMs),
  ]
}

function agreement({ gateways, goodV2 }: Fleet, faultAt: number, most: number): Figure[] {
  const trips = gateways.map(switchedBackAt)
  const [first = null] = trips
  const known = trips.filter(at => at !== null)
  const after = goodV2.arrivals().filter(({ at }) => first !== null && at >= first)
  const last = greatest(after.map(({ at }) => at))
  return [
    {
      what: 'trips of a V2 that was well',
      value: known.filter(at => at < faultAt).length,
      most: 0,
    },
    { what: 'gateways that did not switch back', value: trips.length - known.length, most: 0 },
    { what: 'ms from the fault to the trip', value: first === null ? null : first - faultAt },
    {
      what: 'ms from the trip until all three have it',
      value: first === null ? null : Math.max(...known) - first,
      most,
    },
    {
      what: "ms from the trip to the last arrival at the others' V2",
      value: first === null ? null : (last ?? first) - first,
      most,
    },
  ]
}

function switchedBackAt(gateway: Gateway): number | null {
  return gateway.events().find(({ type }) => type === 'switched-back')?.at ?? null
}

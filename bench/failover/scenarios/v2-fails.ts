import type { Stage } from '../../stage.ts'
import { type Reply, startClients } from '../clients.ts'
import type { Figure } from '../figure.ts'
import { flag } from '../gateway-files.ts'
import { dueWithin, failuresOf, postedTwice, quantileMs } from '../replies.ts'
import { guarded, startScene } from '../scene.ts'
import { type Service, settled } from '../service.ts'
import { afterwardsMs, flow, healthyMs, type Scenario, warmUpMs } from '../stage.ts'
import { mostAfterTripMs, tripFigures } from '../trip-figures.ts'
import { lastStartAfter, tripOf } from '../trips.ts'

interface V2Fault {
  readonly name: string
  readonly what: string
  /** YAML lines of the policy. */
  readonly policy: string
  /** Resolves with the moment from which V2 is bad. */
  readonly make: (v2: Service) => Promise<number>
  readonly mostAsked?: number
}

const impatient = guarded.replace('{}', '{ withinMs: 300 }')
const workers = 2

const faults: readonly V2Fault[] = [
  {
    name: 'v2-500',
    what: 'V2 answers 500 to everything',
    policy: guarded,
    make: v2 => v2.behave('500'),
    mostAsked: 10,
  },
  {
    name: 'v2-hang',
    what: 'V2 takes requests and never answers; `fallback.withinMs: 300`',
    policy: impatient,
    make: v2 => v2.behave('hang'),
  },
  {
    name: 'v2-slow',
    what: 'V2 answers well but after 250 ms; budget `latency p95 150ms`',
    policy: 'budgets: [{ signal: latency, p95: 150ms }]\n',
    make: v2 => v2.behave('slow'),
  },
  {
    name: 'v2-killed',
    what: '`kill -9` of V2',
    policy: guarded,
    make: v2 => signalled(v2, 'SIGKILL'),
  },
  {
    name: 'v2-stopped',
    what: 'SIGSTOP of V2; `fallback.withinMs: 300`',
    policy: impatient,
    make: v2 => signalled(v2, 'SIGSTOP'),
  },
]

/** A bad V2, in every way there is. */
export const v2Fails: readonly Scenario[] = faults.map(fault => ({
  name: fault.name,
  what: fault.what,
  play: stage => play(stage, fault),
}))

async function signalled(v2: Service, signal: NodeJS.Signals): Promise<number> {
  v2.signal(signal)
  return Date.now()
}

async function play(stage: Stage, { policy, make, mostAsked }: V2Fault): Promise<Figure[]> {
  const { v1, v2, gateway } = await startScene(stage, { policy, workers })
  const clients = startClients(stage.children, { url: gateway.url() })
  await flow(warmUpMs)
  const faultAt = await make(v2)
  await flow(afterwardsMs)
  const status = await gateway.status()
  const replies = await clients.stop()
  await settled()

  const trip = tripOf(gateway.events(), v2.arrivals(), faultAt)
  const executed = [...v1.arrivals(), ...v2.arrivals()]
  const [before, after] = [
    dueWithin(replies, faultAt - healthyMs, faultAt),
    dueWithin(replies, faultAt, Number.POSITIVE_INFINITY),
  ]
  return [
    { what: 'requests', value: replies.length },
    { what: 'GETs that failed', value: failuresOf(replies, 'GET'), most: 0 },
    { what: 'POSTs that failed', value: failuresOf(replies, 'POST') },
    { what: 'POSTs executed twice', value: postedTwice(executed), most: 0 },
    ...tripFigures(trip, { workers, faultAt, ...(mostAsked !== undefined && { mostAsked }) }),
    {
      what: "ms from the trip to the last start to V2, by the workers' own account",
      value: lastStartAfter(status, flag),
      most: mostAfterTripMs,
    },
    { what: 'ms p99 of GETs before the fault', value: quantileMs(before.filter(isGet), 0.99) },
    { what: 'ms p99 of GETs after the fault', value: quantileMs(after.filter(isGet), 0.99) },
  ]
}

function isGet({ method }: Reply): boolean {
  return method === 'GET'
}

import { startClients } from '../clients.ts'
import type { Figure } from '../figure.ts'
import { startGateway } from '../gateway.ts'
import { flag } from '../gateway-files.ts'
import { dueWithin, failuresOf, postedTwice, quantileMs } from '../replies.ts'
import { type Service, settled, startService } from '../service.ts'
import { afterwardsMs, flow, type Scenario, type Stage, warmUpMs } from '../stage.ts'
import { greatest, lastStartAfter, type Trip, tripOf } from '../trips.ts'

interface V2Fault {
  readonly name: string
  readonly what: string
  /** YAML lines of the policy. */
  readonly policy: string
  /** Resolves with the moment from which V2 is bad. */
  readonly make: (v2: Service) => Promise<number>
  /** Most requests that a worker may send to V2 from the first failure on until it trips. */
  readonly mostAsked?: number
  /** GETs are answered by V1 in the place of V2. */
  readonly fallsBack: boolean
}

const errors = 'budgets: [{ signal: errors, max: 1% }]\n'
const workers = 2
/** Milliseconds from the trip to the last request that starts to V2, on every worker. */
const mostAfterTripMs = 100

const faults: readonly V2Fault[] = [
  {
    name: 'v2-500',
    what: 'V2 answers 500 to everything',
    policy: `fallback: {}\n${errors}`,
    make: v2 => v2.behave('500'),
    mostAsked: 10,
    fallsBack: true,
  },
  {
    name: 'v2-hang',
    what: 'V2 takes requests and never answers; `fallback.withinMs: 300`',
    policy: `fallback: { withinMs: 300 }\n${errors}`,
    make: v2 => v2.behave('hang'),
    fallsBack: true,
  },
  {
    name: 'v2-slow',
    what: 'V2 answers well but after 250 ms; budget `latency p95 150ms`',
    policy: 'budgets: [{ signal: latency, p95: 150ms }]\n',
    make: v2 => v2.behave('slow'),
    fallsBack: true,
  },
  {
    name: 'v2-killed',
    what: '`kill -9` of V2',
    policy: `fallback: { withinMs: 300 }\n${errors}`,
    make: v2 => signalled(v2, 'SIGKILL'),
    fallsBack: true,
  },
  {
    name: 'v2-stopped',
    what: 'SIGSTOP of V2; `fallback.withinMs: 300`',
    policy: `fallback: { withinMs: 300 }\n${errors}`,
    make: v2 => signalled(v2, 'SIGSTOP'),
    fallsBack: true,
  },
]

export const v2Fails: readonly Scenario[] = faults.map(fault => ({
  name: fault.name,
  what: fault.what,
  play: stage => play(stage, fault),
}))

async function signalled(v2: Service, signal: NodeJS.Signals): Promise<number> {
  v2.signal(signal)
  return Date.now()
}

async function play({ children, scratch }: Stage, fault: V2Fault): Promise<Figure[]> {
  const v1 = await startService(children, 'v1')
  const v2 = await startService(children, 'v2')
  const gateway = await startGateway(children, scratch, 'gateway', {
    ...{ v1: v1.url, v2: v2.url },
    policy: fault.policy,
    workers,
  })
  const clients = startClients(children, { url: gateway.url() })
  await flow(warmUpMs)
  const faultAt = await fault.make(v2)
  await flow(afterwardsMs)
  const status = await gateway.status()
  const replies = await clients.stop()
  await settled()

  const trip = tripOf(gateway.events(), v2.arrivals(), faultAt)
  const after = dueWithin(replies, faultAt, Number.POSITIVE_INFINITY)
  return [
    { what: 'requests', value: replies.length },
    { what: 'GETs that failed', value: failuresOf(replies, 'GET'), most: 0 },
    { what: 'POSTs that failed', value: failuresOf(replies, 'POST') },
    {
      what: 'POSTs executed twice',
      value: postedTwice([...v1.arrivals(), ...v2.arrivals()]),
      most: 0,
    },
    ...tripFigures(trip, fault),
    {
      what: "ms from the trip to the last V2 request, by the workers' own account",
      value: lastStartAfter(status, flag),
      most: mostAfterTripMs,
    },
    { what: 'ms p99 before', value: quantileMs(dueWithin(replies, 0, faultAt), 0.99) },
    { what: 'ms p99 after', value: quantileMs(after, 0.99) },
  ]
}

function tripFigures(trip: Trip, { mostAsked }: V2Fault): Figure[] {
  const { at, firstFailureAt, workers: all } = trip
  const tripped = all.filter(worker => worker.at !== null)
  return [
    { what: 'workers that did not trip', value: workers - tripped.length, most: 0 },
    {
      what: 'V2 requests from the first failure to the trip, worst worker',
      value: greatest(all.map(({ asked }) => asked)),
      ...(mostAsked !== undefined && { most: mostAsked }),
    },
    {
      what: 'ms from the first failure to the trip',
      value: at === null || firstFailureAt === null ? null : at - firstFailureAt,
    },
    {
      what: 'ms from the trip until every worker has it',
      value: at === null ? null : greatest(tripped.map(worker => (worker.at as number) - at)),
    },
    {
      what: 'ms from the trip to the last arrival at V2',
      value: at === null ? null : (greatest(all.map(w => afterTrip(w.lastArrivalAt, at))) ?? 0),
      most: mostAfterTripMs,
    },
  ]
}

function afterTrip(arrival: number | null, trip: number): number {
  return arrival === null ? 0 : Math.max(0, arrival - trip)
}

import type { Stage } from '../../stage.ts'
import { type Reply, startClients } from '../clients.ts'
import type { Figure } from '../figure.ts'
import { dueWithin, failuresOf, hasFailed, quantileMs, usersOf } from '../replies.ts'
import { guarded, startScene } from '../scene.ts'
import type { Service } from '../service.ts'
import { afterwardsMs, flow, type Scenario, warmUpMs } from '../stage.ts'
import { greatest } from '../trips.ts'

interface V1Fault {
  readonly name: string
  readonly what: string
  readonly make: (v1: Service) => void
  /** Resolves when V1 is there again. */
  readonly undo: (v1: Service) => Promise<void>
}

/** Milliseconds that V1 is away. */
const outageMs = 1500

const faults: readonly V1Fault[] = [
  {
    name: 'v1-killed',
    what: '`kill -9` of V1, started again after 1.5 s; `breaker.openFor: 1s`',
    make: v1 => v1.signal('SIGKILL'),
    undo: v1 => v1.restart(),
  },
  {
    name: 'v1-stopped',
    what: 'SIGSTOP of V1 for 1.5 s; `timeouts.headersMs: 2000`',
    make: v1 => v1.signal('SIGSTOP'),
    undo: async v1 => v1.signal('SIGCONT'),
  },
]

/** V1 is away for a while: its own clients suffer, V2's must not. */
export const v1Fails: readonly Scenario[] = faults.map(fault => ({
  name: fault.name,
  what: fault.what,
  play: stage => play(stage, fault),
}))

async function play(stage: Stage, { make, undo }: V1Fault): Promise<Figure[]> {
  const { v1, gateway } = await startScene(stage, { policy: guarded, workers: 2 })
  const clients = startClients(stage.children, { url: gateway.url() })
  await flow(warmUpMs)
  make(v1)
  const faultAt = Date.now()
  await flow(outageMs)
  await undo(v1)
  const backAt = Date.now()
  await flow(afterwardsMs)
  const replies = await clients.stop()

  const onV2 = usersOf(replies, 'v2', faultAt)
  const of = (wanted: boolean) => replies.filter(({ user }) => onV2.has(user) === wanted)
  const away = dueWithin(of(true), faultAt, backAt)
  const trips = gateway.events().filter(({ type }) => type === 'switched-back')
  return [
    { what: 'requests', value: replies.length },
    { what: "requests of V2's callers that failed", value: failuresOf(of(true)), most: 0 },
    { what: "requests of V1's callers that failed", value: failuresOf(of(false)) },
    {
      what: "requests of V1's callers meanwhile",
      value: dueWithin(of(false), faultAt, backAt).length,
    },
    { what: 'switches back', value: trips.length, most: 0 },
    { what: "ms p99 of V2's callers meanwhile", value: quantileMs(away, 0.99) },
    {
      what: 'ms from the return of V1 to the last failure',
      value: lastFailureAfter(replies, backAt),
    },
  ]
}

/** Of requests that were sent when all was well again. */
function lastFailureAfter(replies: readonly Reply[], backAt: number): number {
  const failed = replies.filter(reply => hasFailed(reply) && reply.dueAt > backAt)
  return (greatest(failed.map(({ dueAt }) => dueAt)) ?? backAt) - backAt
}

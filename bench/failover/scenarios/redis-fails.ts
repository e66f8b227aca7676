import type { Stage } from '../../stage.ts'
import { startClients } from '../clients.ts'
import type { Figure } from '../figure.ts'
import { type RedisServer, startRedis } from '../redis.ts'
import { dueWithin, failuresOf, postedTwice, quantileMs } from '../replies.ts'
import { guarded, startScene } from '../scene.ts'
import { settled } from '../service.ts'
import { afterwardsMs, flow, healthyMs, type Scenario, warmUpMs } from '../stage.ts'
import { tripFigures } from '../trip-figures.ts'
import { tripOf } from '../trips.ts'

const workers = 2

/** Redis goes, and then V2 turns bad as well. */
export const redisFails: readonly Scenario[] = (
  [
    ['redis-killed', '`kill -9` of Redis; 2 s later V2 answers 500 to everything', 'SIGKILL'],
    ['redis-stopped', 'SIGSTOP of Redis; 2 s later V2 answers 500 to everything', 'SIGSTOP'],
  ] as const
).map(([name, what, signal]) => ({
  name,
  what,
  play: stage => play(stage, redis => redis.signal(signal)),
}))

/** Milliseconds with Redis gone and V2 well. */
const aloneMs = 2000

async function play(stage: Stage, fail: (redis: RedisServer) => void): Promise<Figure[]> {
  const redis = await startRedis(stage.children)
  const scene = { policy: guarded, workers, redis: redis.port }
  const { v1, v2, gateway } = await startScene(stage, scene)
  const clients = startClients(stage.children, { url: gateway.url() })
  await flow(warmUpMs)
  fail(redis)
  const goneAt = Date.now()
  await flow(aloneMs)
  const faultAt = await v2.behave('500')
  await flow(afterwardsMs)
  const replies = await clients.stop()
  await settled()

  const p99Before = quantileMs(dueWithin(replies, goneAt - healthyMs, goneAt), 0.99)
  const p99After = quantileMs(dueWithin(replies, goneAt, faultAt), 0.99)
  const executed = [...v1.arrivals(), ...v2.arrivals()]
  return [
    { what: 'requests', value: replies.length },
    {
      what: 'requests that failed, save POSTs that V2 failed itself',
      value: failuresOf(replies.filter(({ service }) => service !== 'v2')),
      most: 0,
    },
    { what: 'GETs that failed', value: failuresOf(replies, 'GET'), most: 0 },
    { what: 'POSTs that failed', value: failuresOf(replies, 'POST') },
    { what: 'POSTs executed twice', value: postedTwice(executed), most: 0 },
    { what: 'ms p99 with Redis', value: p99Before },
    { what: 'ms p99 without', value: p99After },
    {
      what: 'p99 without / with',
      value: p99Before === null || p99After === null ? null : p99After / p99Before,
    },
    ...tripFigures(tripOf(gateway.events(), v2.arrivals(), faultAt), {
      workers,
      faultAt,
      mostAsked: 10,
    }),
  ]
}

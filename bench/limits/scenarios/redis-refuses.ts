import { redisCommand } from '../../../test/support/redis-command.ts'
import { startClients } from '../../failover/clients.ts'
import { flow, type Scenario, warmUpMs } from '../../failover/stage.ts'
import type { Stage } from '../../stage.ts'
import { goodFigures } from '../figures.ts'
import { countedOtherwise, startLimitScene, untilCountedBy } from '../scene.ts'

const [healthyMs, troubleMs, backMs] = [3000, 4000, 1000]

/** A Redis that is there, and answers with errors. */
interface Trouble {
  readonly name: string
  readonly what: string
  readonly settings?: readonly string[]
  /** Resolves when it has begun. */
  begin(port: number): Promise<unknown>
  end(port: number): Promise<unknown>
  /** Who counts meanwhile. */
  readonly meanwhile: 'redis' | 'share'
}

/** A key of the size of which Redis, while it loads, looks after its clients once. */
const loadedBytes = 1024
/** Microseconds that each of a thousand keys takes to load. */
const loadDelay = 4500

const troubles: readonly Trouble[] = [
  {
    name: 'redis-readonly',
    what: 'Redis becomes a replica and answers READONLY for 4 s',
    begin: port => redisCommand(port, ['REPLICAOF', '127.0.0.1', '1']),
    end: port => redisCommand(port, ['REPLICAOF', 'NO', 'ONE']),
    meanwhile: 'share',
  },
  {
    name: 'redis-oom',
    what: 'Redis has no memory left and answers OOM for 4 s',
    begin: port => redisCommand(port, ['CONFIG', 'SET', 'maxmemory', '1']),
    end: port => redisCommand(port, ['CONFIG', 'SET', 'maxmemory', '0']),
    meanwhile: 'share',
  },
  {
    name: 'redis-noscript',
    what: 'Redis forgets its scripts and answers NOSCRIPT',
    begin: port => redisCommand(port, ['SCRIPT', 'FLUSH']),
    end: async () => {},
    meanwhile: 'redis',
  },
  {
    name: 'redis-loading',
    what: 'Redis loads its data anew and answers LOADING for 4 s',
    settings: [
      ...['--enable-debug-command', 'local'],
      ...['--loading-process-events-interval-bytes', String(loadedBytes)],
    ],
    async begin(port) {
      await redisCommand(port, ['DEBUG', 'POPULATE', '1000', 'filler', String(loadedBytes)])
      await redisCommand(port, ['CONFIG', 'SET', 'key-load-delay', String(loadDelay)])
      // It answers when it is over.
      void redisCommand(port, ['DEBUG', 'RELOAD'])
    },
    end: async () => {},
    meanwhile: 'share',
  },
]

export const redisRefuses: readonly Scenario[] = troubles.map(trouble => ({
  name: trouble.name,
  what: trouble.what,
  play: stage => play(stage, trouble),
}))

async function play(stage: Stage, trouble: Trouble) {
  const settings = ['--dir', stage.scratch, ...(trouble.settings ?? [])]
  const scene = await startLimitScene(stage, { gateways: 1, workers: 2, settings })
  const { port } = scene.redis
  const [gateway] = scene.gateways
  const clients = startClients(stage.children, { url: gateway?.url() ?? '' })
  await flow(warmUpMs + healthyMs)
  const beganAt = Date.now()
  await trouble.begin(port)
  await flow(troubleMs)
  const otherwise = await countedOtherwise(scene, trouble.meanwhile)
  const endedAt = Date.now()
  await trouble.end(port)
  const againMs = await untilCountedBy(scene, 'redis')
  await flow(backMs)
  const replies = await clients.stop()
  return [
    ...goodFigures(replies, [beganAt - healthyMs, beganAt], [beganAt, endedAt]),
    { what: `workers that do not count by ${trouble.meanwhile}`, value: otherwise, most: 0 },
    { what: 'ms until Redis is asked again', value: againMs },
  ]
}

import { startClients } from '../../failover/clients.ts'
import { flow, type Scenario, warmUpMs } from '../../failover/stage.ts'
import { admittedFigures, goodFigures, type Span } from '../figures.ts'
import { scarcePath, startLimitScene, untilCountedBy } from '../scene.ts'

const [healthyMs, stoppedMs, backMs] = [8000, 10_000, 3000]
const processes = 3
/** Requests a second for the scarce route at each process: all of the limit. */
const scarceRate = 100

/** Redis is silent, and goes on where it stopped. */
export const redisStopped: Scenario = {
  name: 'redis-stopped',
  what: `SIGSTOP of Redis, SIGCONT 10 s later; ${processes} processes, asked three times what a limit of 100/s allows and much that no limit refuses`,
  async play(stage) {
    const scene = await startLimitScene(stage, { gateways: processes, workers: 1 })
    const urls = scene.gateways.map(gateway => gateway.url())
    const good = startClients(stage.children, { url: urls[0] ?? '' })
    const scarce = urls.map((url, i) =>
      startClients(stage.children, {
        ...{ url: `${url}${scarcePath}`, prefix: `scarce-${i}-` },
        ...{ rate: scarceRate, fresh: false },
      }),
    )
    await flow(warmUpMs + healthyMs)
    const stoppedAt = Date.now()
    scene.redis.signal('SIGSTOP')
    await flow(stoppedMs)
    const backAt = Date.now()
    scene.redis.signal('SIGCONT')
    const againMs = await untilCountedBy(scene, 'redis')
    const againAt = Date.now()
    await flow(backMs)
    const endedAt = Date.now()
    const [replies = [], ...scarceReplies] = await Promise.all(
      [good, ...scarce].map(clients => clients.stop()),
    )
    const [before, during, after]: Span[] = [
      [stoppedAt - healthyMs, stoppedAt],
      [stoppedAt, backAt],
      [againAt, endedAt],
    ]
    const limited = scarceReplies.flat()
    return [
      ...goodFigures(replies, before as Span, during as Span, 20),
      ...admittedFigures(limited, during as Span, 25, 'while it is stopped'),
      ...admittedFigures(limited, after as Span, 25, 'afterwards'),
      { what: 'ms from SIGCONT until Redis is asked again', value: againMs },
    ]
  },
}

import type { Stage } from '../../stage.ts'
import { startClients } from '../clients.ts'
import type { Figure } from '../figure.ts'
import type { LogEvent } from '../gateway-log.ts'
import { beyondInFlight, failuresOf } from '../replies.ts'
import { guarded, startScene } from '../scene.ts'
import { settled } from '../service.ts'
import { afterwardsMs, flow, type Scenario, warmUpMs } from '../stage.ts'
import { least } from '../trips.ts'

export const workerKilled: Scenario = {
  name: 'worker-killed',
  what: '`kill -9` of one of two workers, with V1 and V2 taking 250 ms for each answer, so that much is in flight',
  play,
}

async function play(stage: Stage): Promise<Figure[]> {
  const { v1, v2, gateway } = await startScene(stage, { policy: guarded, workers: 2 })
  const clients = startClients(stage.children, { url: gateway.url() })
  await Promise.all([v1, v2].map(service => service.behave('slow')))
  await flow(warmUpMs)
  const [victim] = gateway.workers()
  if (victim === undefined) throw new Error('Cannot kill a worker: the gateway must have some')
  const killedAt = Date.now()
  process.kill(victim, 'SIGKILL')
  await flow(afterwardsMs)
  const replies = await clients.stop()
  await settled()

  return [
    { what: 'requests', value: replies.length },
    {
      what: 'requests in flight at the kill, in both workers',
      value: replies.filter(({ sentAt, endedAt }) => sentAt <= killedAt && endedAt > killedAt)
        .length,
    },
    { what: 'requests that failed', value: failuresOf(replies) },
    {
      what: 'of those, not in flight on a connection of the dead worker',
      value: beyondInFlight(replies, killedAt),
      most: 0,
    },
    {
      what: 'ms from the kill until a new worker serves',
      value: nextServesAfter(gateway.events(), killedAt),
    },
  ]
}

function nextServesAfter(events: readonly LogEvent[], killedAt: number): number | null {
  const served = events.filter(({ type, at }) => type === 'serves' && at > killedAt)
  const first = least(served.map(({ at }) => at))
  return first === null ? null : first - killedAt
}

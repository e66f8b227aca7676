import { startClients } from '../clients.ts'
import type { Figure } from '../figure.ts'
import type { LogEvent } from '../gateway-log.ts'
import { beyondInFlight, failuresOf } from '../replies.ts'
import { guarded, startScene } from '../scene.ts'
import { settled } from '../service.ts'
import { afterwardsMs, flow, type Scenario, type Stage, warmUpMs } from '../stage.ts'
import { greatest, least } from '../trips.ts'

export const workerKilled: Scenario = {
  name: 'worker-killed',
  what: '`kill -9` of one of two workers',
  play,
}

async function play(stage: Stage): Promise<Figure[]> {
  const { gateway } = await startScene(stage, { policy: guarded, workers: 2 })
  const clients = startClients(stage.children, { url: gateway.url() })
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
    { what: 'requests that failed', value: failuresOf(replies) },
    {
      what: 'of those, not in flight on a connection of the dead worker',
      value: beyondInFlight(replies, killedAt),
      most: 0,
    },
    {
      what: 'ms from the kill to the first answer of a new worker',
      value: firstOfNew(gateway.events(), killedAt),
    },
  ]
}

/** Numbers of workers are never used twice. */
function firstOfNew(events: readonly LogEvent[], killedAt: number): number | null {
  const known = greatest(events.filter(({ at }) => at <= killedAt).map(({ worker }) => worker))
  const answers = events.filter(
    ({ type, worker }) => type === 'request' && known !== null && worker > known,
  )
  const first = least(answers.map(({ at }) => at))
  return first === null ? null : first - killedAt
}

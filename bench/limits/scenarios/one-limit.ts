import { startClients } from '../../failover/clients.ts'
import { failuresOf } from '../../failover/replies.ts'
import { settled } from '../../failover/service.ts'
import { flow, type Scenario, warmUpMs } from '../../failover/stage.ts'
import { admittedFigures } from '../figures.ts'
import { scarcePath, startLimitScene } from '../scene.ts'

const workers = 4
const measuredMs = 60_000
/** Requests a second. */
const rate = 600

/** Workers share a limit exactly. Counted from when the burst is used up. */
export const oneLimit: Scenario = {
  name: 'one-limit',
  what: `${workers} workers on one Redis, a limit of 100/s, ${rate} requests a second for 60 s`,
  async play(stage) {
    const { gateways } = await startLimitScene(stage, { gateways: 1, workers })
    const [gateway] = gateways
    const url = `${gateway?.url()}${scarcePath}`
    const clients = startClients(stage.children, { url, rate })
    await flow(warmUpMs)
    const from = Date.now()
    await flow(measuredMs)
    const to = Date.now()
    const replies = await clients.stop()
    await settled()
    const asked = new Set(gateway?.events().map(({ worker }) => worker))
    return [
      { what: 'requests', value: replies.length },
      { what: 'requests that failed', value: failuresOf(replies), most: 0 },
      { what: 'workers that were asked nothing', value: workers - asked.size, most: 0 },
      ...admittedFigures(replies, [from, to], 1, 'in 60 s'),
    ]
  },
}

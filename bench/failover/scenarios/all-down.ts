import type { Stage } from '../../stage.ts'
import { startClients } from '../clients.ts'
import type { Figure } from '../figure.ts'
import { feature } from '../gateway-files.ts'
import { startRedis } from '../redis.ts'
import { failuresOf, postedTwice } from '../replies.ts'
import { guarded, startScene } from '../scene.ts'
import { settled } from '../service.ts'
import { afterwardsMs, flow, type Scenario, warmUpMs } from '../stage.ts'
import { tripFigures } from '../trip-figures.ts'
import { tripOf } from '../trips.ts'
import { startUnleash } from '../unleash.ts'

export const allDown: Scenario = {
  name: 'all-down',
  what: 'Redis and Unleash are gone and the primary is stopped, and with it the admin listener and all that workers could ask; 1 s later V2 answers 500 to everything. Only connections that were open are served then',
  play,
}

const workers = 2
/** Milliseconds with all that gone and V2 well. */
const aloneMs = 1000

async function play(stage: Stage): Promise<Figure[]> {
  const { children } = stage
  const redis = await startRedis(children)
  const unleash = await startUnleash(feature)
  stage.defer(unleash.close)
  const { v1, v2, gateway } = await startScene(stage, {
    ...{ policy: guarded, workers, redis: redis.port, unleash: unleash.url },
  })
  const clients = startClients(children, { url: gateway.url(), fresh: false })
  await flow(warmUpMs)
  redis.signal('SIGKILL')
  unleash.close()
  gateway.signal('SIGSTOP')
  await flow(aloneMs)
  const answersAdmin = (await gateway.status()) !== null
  const faultAt = await v2.behave('500')
  await flow(afterwardsMs)
  const replies = await clients.stop()
  await settled()

  const executed = [...v1.arrivals(), ...v2.arrivals()]
  return [
    { what: 'requests', value: replies.length },
    { what: 'GETs that failed', value: failuresOf(replies, 'GET'), most: 0 },
    { what: 'POSTs executed twice', value: postedTwice(executed), most: 0 },
    { what: 'admin listeners that still answered', value: answersAdmin ? 1 : 0, most: 0 },
    ...tripFigures(tripOf(gateway.events(), v2.arrivals(), faultAt), {
      ...{ workers, faultAt, mostAsked: 10, isAlone: true },
    }),
  ]
}

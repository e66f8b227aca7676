import type { Stage } from '../../stage.ts'
import { accountsWhen, isJudged } from '../account.ts'
import { count, type Figure } from '../figure.ts'
import { inOneProcess } from '../one-process.ts'
import { pooledDifference } from '../pooled.ts'
import type { Extent, Scenario } from '../scenario.ts'
import { anyCore, startScene } from '../scene.ts'

const rate = 100
const answerBytes = 64_000
/** On each side, before anything is measured; and after each switch. */
const warmUp = 2 * rate
const settling = rate / 2
const mostMs = 1
const settleMs = 10_000

const about = `${rate} GETs a second with ${answerBytes / 1000} kB of JSON, all of them copied and compared`

/** Where the thread that compares runs: beside the thread that serves, or in its way. */
const places = [
  {
    name: 'event-loop',
    what: `${about}; the gateway on any core`,
    coresOf: () => anyCore,
  },
  {
    name: 'event-loop-one-core',
    what: `${about}; the whole gateway on one core`,
    coresOf: (cores: Extent['cores']) => cores,
  },
] as const

/** Whether comparing keeps the thread waiting that serves. */
export const eventLoop: readonly Scenario[] = places.map(({ name, what, coresOf }) => ({
  name,
  what,
  play: (stage, extent) => play(stage, { ...extent, cores: coresOf(extent.cores) }),
}))

async function play(stage: Stage, { seconds, rounds, cores }: Extent): Promise<Figure[]> {
  const { clients, start } = await startScene(stage, cores, 'well')
  const gateway = await start('{}', 'off')
  const url = `${gateway.url}/offers/${answerBytes}`
  let failed = 0

  async function burst(requests: number): Promise<void> {
    failed += (await clients.send({ url, method: 'GET', bytes: 0, rate, requests })).failed
  }

  await burst(warmUp)
  await gateway.turn('on')
  await burst(warmUp)
  const gaps = await inOneProcess(gateway, {
    rounds,
    copiesEndMs: settleMs,
    settle: () => burst(settling),
    async measure() {
      await gateway.timerGaps()
      await burst(seconds * rate)
      return gateway.timerGaps()
    },
  })
  const { shadow } = await accountsWhen(gateway, isJudged, settleMs)
  const { off, on, more, interval } = pooledDifference(gaps, 0.99)
  return [
    count('requests that failed', failed, 0),
    { what: 'ms p99 of a 10 ms timer without shadow', values: [off], digits: 2 },
    { what: 'ms p99 of a 10 ms timer with it', values: [on], digits: 2 },
    {
      what: 'ms p99 more with it, of all rounds together',
      values: [more],
      digits: 2,
      interval,
      most: mostMs,
    },
    {
      what: '% of requests not copied and compared',
      values: [100 * (1 - shadow.compared / shadow.eligible)],
      digits: 2,
      most: 1,
    },
  ]
}

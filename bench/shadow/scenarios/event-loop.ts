import type { Stage } from '../../stage.ts'
import { accountsWhen, isOver } from '../account.ts'
import { count, type Figure } from '../figure.ts'
import type { Gateway } from '../gateway.ts'
import type { Extent, Scenario } from '../scenario.ts'
import { anyCore, startScene } from '../scene.ts'
import { inTurns, pairUp } from '../turns.ts'

const rate = 100
const answerBytes = 64_000
const warmUpSeconds = 2
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
  const { clients, startTwins } = await startScene(stage, cores, 'well')
  const twins = await startTwins('{}')
  let failed = 0
  async function burst(gateway: Gateway, lasting: number): Promise<number> {
    // Each look begins the gateway's own histogram anew.
    await gateway.metrics()
    const url = `${gateway.url}/offers/${answerBytes}`
    const load = { url, method: 'GET', bytes: 0, rate, seconds: lasting } as const
    failed += (await clients.send(load)).failed
    return delayMs(await gateway.metrics())
  }
  await inTurns(1, side => burst(twins[side], warmUpSeconds))
  const measured = await inTurns(rounds, side => burst(twins[side], seconds))
  const { shadow } = await accountsWhen(twins.on, isOver, settleMs)
  return [
    count('requests that failed', failed, 0),
    { what: 'ms p99 of a 10 ms timer without shadow', values: measured.off, digits: 2 },
    { what: 'ms p99 of a 10 ms timer with it', values: measured.on, digits: 2 },
    {
      what: 'ms p99 more with it, round by round',
      values: pairUp(measured, (off, on) => on - off),
      digits: 2,
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

/** What `/metrics` says about the loop since it was last asked, the 10 ms between two looks included. */
function delayMs(text: string): number {
  const [, seconds] = /^nodejs_eventloop_lag_p99_seconds (\S+)$/m.exec(text) ?? []
  return 1000 * Number(seconds ?? Number.NaN)
}

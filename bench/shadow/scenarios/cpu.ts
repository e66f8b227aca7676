import { cpuMicroseconds } from '../../proc.ts'
import { type Account, accountsWhen, isJudged, sumOfAccounts } from '../account.ts'
import { count } from '../figure.ts'
import type { Gateway } from '../gateway.ts'
import type { Scenario } from '../scenario.ts'
import { startScene } from '../scene.ts'
import { inTurns, pairUp, roundsEach, type Side } from '../turns.ts'

/** Below what one core bears with a shadow: what cannot be copied in time would cost nothing. */
const rate = 6000
const warmUpSeconds = 2
/** The compiler of the runtime decides anew in each process. */
const starts = 4
/** Of what two requests cost without shadow, what one may cost with it. */
const mostRatio = 1.2
/** Percent. What is not done costs nothing and would prove nothing. */
const mostNotCompared = 1
const settleMs = 10_000
/** More than are ever under way, and however busy the loop is, so that none is dropped and seems cheap. */
const shadow = '{ maxInFlight: 1000, maxLoad: 100% }'

export const cpu: Scenario = {
  name: 'cpu',
  what: `Every request is copied and compared, V1 is asked twice for a copy in twenty; ${rate} GETs a second with 83 bytes of JSON, gateways started ${starts} times`,
  async play(stage, { seconds, rounds, cores }) {
    const { clients, start: startGateway } = await startScene(stage, cores, 'well')
    const found = { off: [] as number[], on: [] as number[], ratio: [] as number[] }
    const notCompared: number[] = []
    const told: Account[] = []
    let failed = 0

    async function burst({ url, pid }: Gateway, lasting: number): Promise<number> {
      const before = cpuMicroseconds(pid)
      const load = { url, method: 'GET', bytes: 0, rate, requests: rate * lasting } as const
      const result = await clients.send(load)
      failed += result.failed
      return (cpuMicroseconds(pid) - before) / result.sent
    }

    for (let start = 0; start < starts; start++) {
      const twins: Readonly<Record<Side, Gateway>> = {
        off: await startGateway(shadow, 'off'),
        on: await startGateway(shadow, 'on'),
      }
      await inTurns(1, side => burst(twins[side], warmUpSeconds))
      // The thread that compares starts with the first copies, and some of them do not wait for it.
      const { shadow: before } = await accountsWhen(twins.on, isJudged, settleMs)
      const each = await inTurns(roundsEach(rounds, starts), side => burst(twins[side], seconds))
      found.off.push(...each.off)
      found.on.push(...each.on)
      found.ratio.push(...pairUp(each, (off, on) => on / (2 * off)))
      const { shadow: after } = await accountsWhen(twins.on, isJudged, settleMs)
      const share = (after.compared - before.compared) / (after.eligible - before.eligible)
      notCompared.push(100 * (1 - share))
      told.push(after)
      await Promise.all([twins.off.kill(), twins.on.kill()])
    }
    return [
      count('requests that failed', failed, 0),
      { what: 'µs CPU/request without shadow', values: found.off, digits: 1 },
      { what: 'µs CPU/request with it', values: found.on, digits: 1 },
      {
        what: 'of the CPU of two requests without',
        values: found.ratio,
        digits: 2,
        most: mostRatio,
      },
      {
        what: '% of requests not copied and compared',
        values: notCompared,
        digits: 2,
        most: mostNotCompared,
      },
      // Those of the warm-up among them.
      ...[...sumOfAccounts(told).reasons].map(([reason, copies]) =>
        count(`copies ${reason}`, copies),
      ),
    ]
  },
}

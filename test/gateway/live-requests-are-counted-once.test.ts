import assert from 'node:assert/strict'
import { type TestContext, test } from 'node:test'
import { createFleet } from '../../src/fleet/stores/fleet.ts'
import { createRedisStore } from '../../src/fleet/stores/redis-store.ts'
import { liveName } from '../../src/guard/live-v2.ts'
import { createJudging } from '../../src/pipeline/judging.ts'
import { eventually } from '../fleet/eventually.ts'
import { openStore } from '../fleet/machines.ts'
import { realClock } from '../support/gateway.ts'
import { startRedis } from '../support/redis-server.ts'

/** What judges on one machine, and how many requests of V2 it has heard of so far. */
function machine(t: TestContext, url: string) {
  const clock = realClock
  const shared = createRedisStore({
    url,
    prefix: 'switchback',
    timeoutMs: 5000,
    keptAudit: 10,
    clock,
  })
  const fleet = createFleet({ local: openStore(t, clock), shared, clock })
  const judging = createJudging({
    ...{ routes: [], fleet, clock },
    mismatches: { take: () => [], facts: () => null } as never,
    onBreach: () => {},
  })
  t.after(async () => {
    judging.close()
    await fleet.close()
    await shared.close()
  })
  let heard = 0
  return {
    judging,
    heard(): number {
      heard += judging.takeLive('v2')
      return heard
    },
  }
}

test('each machine hears of the requests of all, and of each once', async t => {
  const { port } = await startRedis(t)
  const [a, b] = [1, 2].map(() => machine(t, `redis://127.0.0.1:${port}`))
  assert.ok(a && b)
  const both = () => [a.heard(), b.heard()]
  // The first exchange shows each of them where counting stands; from then on nothing is missed.
  for (const { judging } of [a, b]) {
    await eventually(() => {
      a.judging.count({ [liveName('another flag')]: 1 })
      return judging.takeLive('another flag') > 0
    })
  }
  for (let i = 0; i < 50; i++) {
    a.judging.count({ [liveName('v2')]: 3 })
    b.judging.count({ [liveName('v2')]: 5 })
    await new Promise(setImmediate)
  }
  await eventually(() => both().every(heard => heard >= 400))
  // What is counted last is heard last: nothing came twice before it.
  b.judging.count({ [liveName('v2')]: 1000 })
  await eventually(() => both().every(heard => heard >= 1400))
  assert.deepEqual(both(), [1400, 1400])
})

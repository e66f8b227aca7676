import assert from 'node:assert/strict'
import { type TestContext, test } from 'node:test'
import { type Clock, systemClock } from '../../src/clock.ts'
import { lagPeriodMs } from '../../src/limits/loop-lag.ts'
import { oneRoute, startGateway, testProcess } from '../support/gateway.ts'
import { startUpstream } from '../support/http.ts'
import { sendRaw } from '../support/raw.ts'
import { plainRequest, upgradeRequest } from '../support/requests.ts'

const maxLagMs = 100
const shedding = {
  'switchback.yaml': `${testProcess}shedding: { maxEventLoopLagMs: ${maxLagMs} }\n`,
}

/** The real time, but that the loop is as late as the test says. */
function createLateClock() {
  let late = 0
  let look = (): void => {}
  const clock: Clock = {
    ...systemClock,
    monotonic: () => systemClock.monotonic() + late,
    idle: () => systemClock.monotonic() + late,
    every(periodMs, tick) {
      if (periodMs !== lagPeriodMs) return systemClock.every(periodMs, tick)
      look = tick
      return () => {}
    },
  }
  return {
    clock,
    /** One interval in which the loop is three times as late as allowed. */
    beLate(maxLagMs: number): void {
      for (let i = 0; i < 4; i++) {
        late += lagPeriodMs + 3 * maxLagMs
        look()
      }
    },
  }
}

/** A gateway that has been late for so long that nine tenths are to be refused, once it has been asked. */
async function start(t: TestContext) {
  const v1 = await startUpstream(t, 'v1')
  const late = createLateClock()
  const route = (name: string) =>
    `match: { path: /${name} }\nv1: { url: "${v1.url}" }\npolicy: ${name}\n`
  const gateway = await startGateway(
    t,
    {
      ...oneRoute({ v1: v1.url }),
      'routes/low.yaml': route('low'),
      'routes/high.yaml': route('high'),
      'policies/low.yaml': 'auth: public\npriority: low\n',
      'policies/high.yaml': 'auth: public\npriority: high\n',
      ...shedding,
    },
    late.clock,
  )
  const ask = (path: string, request = plainRequest) => sendRaw(gateway.port, request(path))
  return { ask, beLate: () => late.beLate(maxLagMs), served: v1.count }
}

test('low goes before normal, and normal before high', async t => {
  const { ask, beLate } = await start(t)
  async function statuses(): Promise<string[]> {
    const told: string[] = []
    for (const path of ['/low', '/', '/high']) {
      const found = new Set<number>()
      for (let i = 0; i < 4; i++) found.add((await ask(path)).status)
      told.push([...found].join())
    }
    return told
  }
  assert.deepEqual(await statuses(), ['200', '200', '200'])
  beLate()
  // 30 % of 12 requests are nearly all of the four that are low.
  const [, normal, high] = await statuses()
  assert.deepEqual([normal, high], ['200', '200'])
  beLate()
  const [low, , stillHigh] = await statuses()
  assert.deepEqual([low, stillHigh], ['503', '200'])
  beLate()
  const last = await statuses()
  assert.deepEqual(last.slice(0, 2), ['503', '503'])
})

test('a request and a handshake that are shed are told when to come back, and reach nobody', async t => {
  const { ask, beLate, served } = await start(t)
  // With high ones beside them, all low ones are refused.
  for (let i = 0; i < 4; i++) await ask(i === 0 ? '/low' : '/high')
  beLate()
  beLate()
  for (let i = 0; i < 4; i++) await ask(i === 0 ? '/low' : '/high')
  beLate()
  const before = served()
  for (const request of [plainRequest, upgradeRequest]) {
    const answer = await ask('/low', request)
    assert.equal(answer.status, 503)
    assert.equal(JSON.parse(answer.body).code, 'overloaded')
    assert.equal(answer.headers.get('retry-after'), '1')
  }
  assert.equal(served(), before)
})

test('no copy is sent while a share of the requests is refused', async t => {
  const [v1, v2] = [await startUpstream(t, 'v1'), await startUpstream(t, 'v2')]
  const late = createLateClock()
  const gateway = await startGateway(
    t,
    {
      ...oneRoute({
        v1: v1.url,
        v2: v2.url,
        percent: 0,
        policy: 'shadow: { noise: 0% }\n',
      }),
      ...shedding,
    },
    late.clock,
  )
  late.beLate(maxLagMs)
  // Nobody came in that time, so that nobody is refused yet.
  assert.equal((await sendRaw(gateway.port, plainRequest('/'))).status, 200)
  const dropped = 'route="main",copy="shadow",result="dropped",reason="overloaded"'
  while ((await gateway.metric(`switchback_shadow_copies_total{${dropped}}`)) !== 1);
  assert.equal(v2.count(), 0)
})

import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { movableStrategies } from '../../src/config/movable-strategy.ts'
import { createUnleashDoor } from '../../src/fleet/rollout/unleash-door.ts'
import { realClock, startGateway } from '../support/gateway.ts'
import { startGatewayProcess } from '../support/gateway-process.ts'
import { startRedis } from '../support/redis-server.ts'
import { startUnleash, type UnleashServer } from '../support/unleash-server.ts'
import { asking, filesFor, flagsOf, hurried } from './rolled-out-in-unleash.ts'

const nothingForbids = () => null

const patience = { timeout: 120_000 }

let unleash: UnleashServer
let flags: ReturnType<typeof flagsOf>
before(async () => {
  unleash = await startUnleash()
  flags = flagsOf(unleash)
})
after(() => unleash.stop())

test('a plan goes from 0 to 100 through all stages, and Unleash says each', patience, async t => {
  await flags.newFlag('v2_plan')
  const stages =
    '[{ percent: 10, hold: 1s }, { percent: 25, hold: 1s }, { percent: 50, hold: 1s }, { percent: 75, hold: 1s }, { percent: 100, hold: 1s }]'
  const { files } = await filesFor(t, unleash, 'v2_plan', stages)
  const gateway = await startGateway(t, files, hurried)
  const { until, audit } = asking(gateway.port, gateway.adminPort, 'v2_plan')
  const readBack = new Set<string>()
  await until(async ({ phase, percent }) => {
    if (phase === 'holding' && percent !== 0) {
      const [strategy] = (await flags.inUnleash('v2_plan')).strategies
      if (strategy?.parameters.rollout === String(percent)) readBack.add(`${percent}`)
    }
    return phase === 'promoted'
  })
  assert.deepEqual([...readBack], ['10', '25', '50', '75', '100'])
  assert.deepEqual(
    (await audit()).map(({ why }) => why),
    [
      '0 % → 10 % in Unleash',
      '10 % → 25 % in Unleash',
      '25 % → 50 % in Unleash',
      '50 % → 75 % in Unleash',
      '75 % → 100 % in Unleash',
      'the last stage, 100 %, is over',
    ],
  )
})

test(
  'V2 that fails at 50 % ends with all on V1 and the flag off, and the audit tells it',
  patience,
  async t => {
    await flags.newFlag('v2_fails')
    const { files, state } = await filesFor(
      t,
      unleash,
      'v2_fails',
      '[{ percent: 50, hold: 1h }, { percent: 100 }]',
    )
    const gateway = await startGateway(t, files, hurried)
    const { until, audit } = asking(gateway.port, gateway.adminPort, 'v2_fails')
    await until(({ percent, phase }) => percent === 50 && phase === 'holding')
    state.fails = true
    await until(({ phase }) => phase === 'switched-back')
    while ((await flags.inUnleash('v2_fails')).enabled);
    while (!(await audit()).some(({ event }) => event === 'unleash-turned-off'));
    const events = (await audit()).map(({ event }) => event)
    assert.deepEqual(events.slice(0, 2), ['rollout-stage-begun', 'latch-tripped'])
  },
)

test(
  'a percentage that a manager moves in Unleash is followed and named in the audit',
  patience,
  async t => {
    await flags.newFlag('v2_by_hand')
    const stages = '[{ percent: 10, hold: 1h }, { percent: 50, hold: 1h }, { percent: 100 }]'
    const { files } = await filesFor(t, unleash, 'v2_by_hand', stages)
    const gateway = await startGateway(t, files, hurried)
    const { until, audit } = asking(gateway.port, gateway.adminPort, 'v2_by_hand')
    await until(({ percent, phase }) => percent === 10 && phase === 'holding')
    await flags.moveByHand('v2_by_hand', 30)
    const { next } = await until(({ percent }) => percent === 30)
    assert.equal(next, 50)
    const moves = async () =>
      (await audit()).filter(({ event }) => event === 'rollout-moved-by-hand')
    while ((await moves()).length === 0);
    const [moved] = await moves()
    const { events } = (await unleash.admin(
      'GET',
      '/search/events?feature=IS:v2_by_hand&limit=1',
    )) as {
      events: { createdBy: string }[]
    }
    assert.equal(moved?.who, events[0]?.createdBy)
    assert.equal(moved?.why, `10 % → 30 % in Unleash by ${moved?.who}, by hand`)
  },
)

test('Unleash itself leaves alone what somebody changed after it was read', patience, async t => {
  await flags.newFlag('v2_quicker')
  const ending = new AbortController()
  t.after(() => ending.abort())
  const door = createUnleashDoor({
    config: {
      ...{ url: `${unleash.url}/admin`, token: unleash.adminToken },
      ...{ project: 'default', environment: 'development' },
    },
    clock: realClock,
    // As it was read a moment ago.
    movable: (strategies, title) =>
      movableStrategies(strategies, title).map(each => ({
        ...each,
        parameters: { rollout: '10' },
      })),
    signal: ending.signal,
  })
  await flags.moveByHand('v2_quicker', 0)
  assert.equal((await door.move('v2_quicker', null, 10, 25, nothingForbids)).ok, false)
  assert.equal((await flags.inUnleash('v2_quicker')).strategies[0]?.parameters.rollout, '0')
  await flags.moveByHand('v2_quicker', 10)
  assert.deepEqual(await door.move('v2_quicker', null, 10, 25, nothingForbids), { ok: true })
  assert.equal((await flags.inUnleash('v2_quicker')).strategies[0]?.parameters.rollout, '25')
})

test(
  'of two gateways with one Redis the one that leads is killed in the middle of a hold, and the other goes on',
  patience,
  async t => {
    await flags.newFlag('v2_pair')
    const redis = await startRedis(t)
    const stages = '[{ percent: 10, hold: 12s }, { percent: 100, hold: 1s }]'
    const store = `store: { redis: "redis://127.0.0.1:${redis.port}" }\n`
    const { files } = await filesFor(t, unleash, 'v2_pair', stages, { process: store })
    const processes = [await startGatewayProcess(t, files), await startGatewayProcess(t, files)]
    const gateways = processes.map(each => ({
      child: each.child,
      ...asking(each.port, each.adminPort, 'v2_pair'),
    }))
    const [first, second] = gateways as [(typeof gateways)[0], (typeof gateways)[0]]
    await first.until(({ percent, phase }) => percent === 10 && phase === 'holding')
    const [leading, other] = (await first.leads()) ? [first, second] : [second, first]
    leading.child.process.kill('SIGKILL')
    await other.until(({ phase }) => phase === 'promoted')

    const { events } = (await unleash.admin(
      'GET',
      '/search/events?feature=IS:v2_pair&limit=50',
    )) as {
      events: { type: string }[]
    }
    const moves = events.filter(({ type }) => type === 'feature-strategy-update')
    assert.equal(moves.length, 2)
    assert.deepEqual(
      (await other.audit()).map(({ why }) => why),
      ['0 % → 10 % in Unleash', '10 % → 100 % in Unleash', 'the last stage, 100 %, is over'],
    )
  },
)

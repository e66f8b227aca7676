import assert from 'node:assert/strict'
import { after, before, type TestContext, test } from 'node:test'
import type { Clock } from '../../src/clock.ts'
import { movableStrategies } from '../../src/config/movable-strategy.ts'
import { lookMs, type RolloutKeeper } from '../../src/fleet/rollout/rollout-keeper.ts'
import { createUnleashDoor } from '../../src/fleet/rollout/unleash-door.ts'
import type { AuditRecord } from '../../src/fleet/stores/store.ts'
import { oneRoute, realClock, startGateway, testProcess } from '../support/gateway.ts'
import { startGatewayProcess } from '../support/gateway-process.ts'
import { startUpstream } from '../support/http.ts'
import { sendRaw } from '../support/raw.ts'
import { startRedis } from '../support/redis-server.ts'
import { lines, plainRequest } from '../support/requests.ts'
import { startUnleash, type UnleashServer } from '../support/unleash-server.ts'

type RolloutReport = ReturnType<RolloutKeeper['reports']>[number]

const patience = { timeout: 120_000 }

/** Real time, in which rollouts are looked at more often. */
const hurried: Clock = {
  ...realClock,
  every: (periodMs, tick) => realClock.every(periodMs === lookMs ? 100 : periodMs, tick),
}

let unleash: UnleashServer
before(async () => {
  unleash = await startUnleash()
})
after(() => unleash.stop())

/** A flag of its own for each test, in which V2 has nobody yet. */
async function newFlag(name: string): Promise<void> {
  const parameters = { rollout: '0', stickiness: 'default', groupId: name }
  await unleash.setFlag({
    name,
    enabled: true,
    strategies: [{ name: 'flexibleRollout', parameters, constraints: [] }],
  })
}

interface FlagInUnleash {
  readonly enabled: boolean
  readonly strategies: readonly { id: string; parameters: { rollout: string } }[]
}

async function inUnleash(flag: string): Promise<FlagInUnleash> {
  const path = `/projects/default/features/${flag}/environments/development`
  return (await unleash.admin('GET', path)) as FlagInUnleash
}

/** As a person does on Unleash's own page. */
async function moveByHand(flag: string, percent: number): Promise<void> {
  const [strategy] = (await inUnleash(flag)).strategies
  assert.ok(strategy)
  const { id, ...rest } = strategy
  const path = `/projects/default/features/${flag}/environments/development/strategies/${id}`
  const parameters = { ...strategy.parameters, rollout: String(percent) }
  await unleash.admin('PUT', path, { ...rest, parameters })
}

async function filesFor(t: TestContext, flag: string, stages: string, more = '') {
  const v1 = await startUpstream(t, 'v1')
  const state = { fails: false }
  const v2 = await startUpstream(t, 'v2', (_, response) => {
    response.writeHead(state.fails ? 500 : 200).end()
  })
  const policy = `budgets: [{ signal: errors, max: 5%, minRequests: 20 }]\nrollout: { start: automatic, approve: automatic, stages: ${stages} }\n`
  const { 'flags/v2.json': _, ...files } = oneRoute({ v1: v1.url, v2: v2.url, policy })
  const unleashConfig = `
unleash:
  url: ${unleash.url}
  token: "${unleash.clientToken}"
  refreshIntervalMs: 100
  admin: { url: "${unleash.url}/admin", token: "${unleash.adminToken}", environment: development }
`
  return {
    state,
    v2,
    files: {
      ...files,
      'routes/main.yaml': `${files['routes/main.yaml']}`.replace('flag: v2', `flag: ${flag}`),
      'switchback.yaml': `${testProcess}${unleashConfig}${more}`,
    },
  }
}

/** What clients and operators ask of a gateway, wherever it runs. */
function asking(port: number, adminPort: number, flag: string) {
  const at = async (path: string) => (await fetch(`http://127.0.0.1:${adminPort}${path}`)).json()
  let user = 0
  const rollout = async () => (await at(`/rollouts/${flag}`)) as RolloutReport
  return {
    rollout,
    audit: async () =>
      ((await at('/audit?limit=1000')) as { records: AuditRecord[] }).records.filter(
        ({ event }) => event.startsWith('rollout-') || /^(latch|unleash)-/.test(event),
      ),
    leads: async () => ((await at('/status')) as { stores: { leads: boolean } }).stores.leads,
    /** Sends clients until it is so. */
    async until(isSo: (report: RolloutReport) => boolean | Promise<boolean>) {
      for (;;) {
        for (let i = 0; i < 10; i++) {
          await sendRaw(port, plainRequest('/', lines(`x-user-id: user-${user++}`)))
        }
        const report = await rollout()
        if (await isSo(report)) return report
      }
    },
  }
}

test('a plan goes from 0 to 100 through all stages, and Unleash says each', patience, async t => {
  await newFlag('v2_plan')
  const stages =
    '[{ percent: 10, hold: 1s }, { percent: 25, hold: 1s }, { percent: 50, hold: 1s }, { percent: 75, hold: 1s }, { percent: 100, hold: 1s }]'
  const { files } = await filesFor(t, 'v2_plan', stages)
  const gateway = await startGateway(t, files, hurried)
  const { until, audit } = asking(gateway.port, gateway.adminPort, 'v2_plan')
  const readBack = new Set<string>()
  await until(async ({ phase, percent }) => {
    if (phase === 'holding' && percent !== 0) {
      const [strategy] = (await inUnleash('v2_plan')).strategies
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
    await newFlag('v2_fails')
    const { files, state } = await filesFor(
      t,
      'v2_fails',
      '[{ percent: 50, hold: 1h }, { percent: 100 }]',
    )
    const gateway = await startGateway(t, files, hurried)
    const { until, audit } = asking(gateway.port, gateway.adminPort, 'v2_fails')
    await until(({ percent, phase }) => percent === 50 && phase === 'holding')
    state.fails = true
    await until(({ phase }) => phase === 'switched-back')
    while ((await inUnleash('v2_fails')).enabled);
    while (!(await audit()).some(({ event }) => event === 'unleash-turned-off'));
    const events = (await audit()).map(({ event }) => event)
    assert.deepEqual(events.slice(0, 2), ['rollout-stage-begun', 'latch-tripped'])
  },
)

test(
  'a percentage that a manager moves in Unleash is followed and named in the audit',
  patience,
  async t => {
    await newFlag('v2_by_hand')
    const stages = '[{ percent: 10, hold: 1h }, { percent: 50, hold: 1h }, { percent: 100 }]'
    const { files } = await filesFor(t, 'v2_by_hand', stages)
    const gateway = await startGateway(t, files, hurried)
    const { until, audit } = asking(gateway.port, gateway.adminPort, 'v2_by_hand')
    await until(({ percent, phase }) => percent === 10 && phase === 'holding')
    await moveByHand('v2_by_hand', 30)
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
  await newFlag('v2_quicker')
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
  await moveByHand('v2_quicker', 0)
  assert.equal((await door.move('v2_quicker', null, 10, 25)).ok, false)
  assert.equal((await inUnleash('v2_quicker')).strategies[0]?.parameters.rollout, '0')
  await moveByHand('v2_quicker', 10)
  assert.deepEqual(await door.move('v2_quicker', null, 10, 25), { ok: true })
  assert.equal((await inUnleash('v2_quicker')).strategies[0]?.parameters.rollout, '25')
})

test(
  'of two gateways with one Redis the one that leads is killed in the middle of a hold, and the other goes on',
  patience,
  async t => {
    await newFlag('v2_pair')
    const redis = await startRedis(t)
    const stages = '[{ percent: 10, hold: 12s }, { percent: 100, hold: 1s }]'
    const store = `store: { redis: "redis://127.0.0.1:${redis.port}" }\n`
    const { files } = await filesFor(t, 'v2_pair', stages, store)
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

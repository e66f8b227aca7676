import assert from 'node:assert/strict'
import { type TestContext, test } from 'node:test'
import { setImmediate as turn } from 'node:timers/promises'
import { startRedisRelay } from '../../bench/failover/redis-relay.ts'
import { type Clock, systemClock } from '../../src/clock.ts'
import { configDir, oneRoute, startGateway, testProcess } from '../support/gateway.ts'
import { startGatewayProcess } from '../support/gateway-process.ts'
import { createClient, startUpstream } from '../support/http.ts'
import { redisCommand } from '../support/redis-command.ts'
import { startRedis } from '../support/redis-server.ts'

/** Nothing is done from time to time: no poll, no report. */
const still: Clock = { ...systemClock, every: () => () => {} }

/** Less than the time limit of the test run. */
const patience = { timeout: 60_000 }

const policy = `
fallback: {}
budgets: [{ signal: errors, max: 1% }]
`

/** Upstreams of a fleet in which one gateway has a V2 that fails, and the others have one that is well. */
async function startUpstreams(t: TestContext) {
  const v1 = await startUpstream(t, 'v1')
  const goodV2 = await startUpstream(t, 'v2')
  const badV2 = await startUpstream(t, 'v2', (request, response) => {
    request.resume()
    response.writeHead(500, { 'content-length': 0 }).end()
  })
  const filesFor = (v2: { url: string }, redisPort: number, more = '') => ({
    ...oneRoute({ v1: v1.url, v2: v2.url, percent: 100, policy }),
    'switchback.yaml': `${testProcess}store: { redis: "redis://127.0.0.1:${redisPort}"${more} }\n`,
  })
  return { goodV2, badV2, filesFor }
}

/** Asks until V1 answers. */
async function untilV1(get: ReturnType<typeof createClient>, url: string): Promise<void> {
  while ((await get(url)).body !== 'v1');
}

async function untilHeardBy(redisPort: number, count: number): Promise<void> {
  const question = ['PUBSUB', 'NUMSUB', '{switchback}:latches']
  while (!(await redisCommand(redisPort, question)).includes(`:${count}\r\n`)) await turn()
}

interface Latch {
  readonly state: object
}

test(
  'what one gateway sees is published: the others switch back without looking',
  patience,
  async t => {
    const { goodV2, badV2, filesFor } = await startUpstreams(t)
    const redis = await startRedis(t)
    const get = createClient(t)
    const seeing = await startGateway(t, filesFor(badV2, redis.port))
    const others = [
      await startGateway(t, filesFor(goodV2, redis.port), still),
      await startGateway(t, filesFor(goodV2, redis.port), still),
    ]
    await untilHeardBy(redis.port, 3)
    for (const { url } of others) assert.equal((await get(url)).body, 'v2')

    for (let i = 0; i < 10; i++) assert.equal((await get(seeing.url)).body, 'v1')
    for (const { url } of others) await untilV1(get, url)

    const latches = [seeing, ...others].map(async ({ adminUrl }) => {
      const [latch] = (await (await fetch(`${adminUrl}/latches`)).json()) as Latch[]
      return latch?.state
    })
    const [first, ...rest] = await Promise.all(latches)
    for (const state of rest) assert.deepEqual(state, first)
  },
)

test(
  'with everything lost that is published, the others look and switch back',
  patience,
  async t => {
    const { goodV2, badV2, filesFor } = await startUpstreams(t)
    const redis = await startRedis(t)
    const relay = await startRedisRelay(redis.port)
    t.after(relay.close)
    const get = createClient(t)
    // It reports no counts, from which the others could see for themselves.
    const seeing = await startGateway(t, filesFor(badV2, redis.port), still)
    const other = await startGateway(t, filesFor(goodV2, relay.port))
    await untilHeardBy(redis.port, 2)
    assert.equal((await get(other.url)).body, 'v2')

    for (let i = 0; i < 10; i++) assert.equal((await get(seeing.url)).body, 'v1')
    await untilV1(get, other.url)
    assert.ok(relay.swallowed() > 0)
  },
)

test(
  'killed with -9 right after a trip, a fleet comes back switched back, with Redis and without',
  patience,
  async t => {
    const { goodV2, badV2, filesFor } = await startUpstreams(t)
    const redis = await startRedis(t)
    const get = createClient(t)
    const dirs = [await configDir(t, {}), await configDir(t, {})]
    const files = [
      filesFor(badV2, redis.port, `, dir: ${dirs[0]}`),
      filesFor(goodV2, redis.port, `, dir: ${dirs[1]}`),
    ]
    const start = () => Promise.all(files.map(each => startGatewayProcess(t, each)))
    const urlOf = ({ port }: { port: number }) => `http://127.0.0.1:${port}`

    const fleet = await start()
    const [seeing, other] = fleet as [(typeof fleet)[0], (typeof fleet)[0]]
    assert.equal((await get(urlOf(other))).body, 'v2')
    const told = Promise.all(fleet.map(({ child }) => child.until(/switched back: /)))
    for (let i = 0; i < 10; i++) await get(urlOf(seeing))
    await told
    for (const { child } of fleet) child.process.kill('SIGKILL')
    await Promise.all(fleet.map(({ child }) => child.exited))
    const before = [goodV2.count(), badV2.count()]

    // One that knows nothing itself: Redis tells it before its first request.
    const fresh = await startGateway(t, filesFor(goodV2, redis.port))
    assert.equal((await get(fresh.url)).body, 'v1')
    await fresh.close()
    await redis.stop()
    for (const gateway of await start()) assert.equal((await get(urlOf(gateway))).body, 'v1')
    assert.deepEqual([goodV2.count(), badV2.count()], before)
  },
)

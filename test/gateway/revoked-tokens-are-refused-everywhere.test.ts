import assert from 'node:assert/strict'
import { type TestContext, test } from 'node:test'
import { eventually } from '../fleet/eventually.ts'
import { stateDir } from '../fleet/machines.ts'
import { type GatewayProcess, startGatewayProcess } from '../support/gateway-process.ts'
import { createClient, startUpstream } from '../support/http.ts'
import { startRedis } from '../support/redis-server.ts'
import { bearer, filesFor, revoke } from './revoking.ts'

/** More than any wait here takes. */
const patience = { timeout: 180_000 }

type Get = ReturnType<typeof createClient>

/** A process with its own state, on a Redis where there is one. */
function startOn(t: TestContext, v1: string, dir: string, redis: number | null, more = '') {
  const shared = redis === null ? '' : `, redis: "redis://127.0.0.1:${redis}"`
  return startGatewayProcess(t, filesFor(v1, `store: { dir: "${dir}"${shared} }\n${more}`))
}

async function kill({ child }: GatewayProcess): Promise<void> {
  child.process.kill('SIGKILL')
  await child.exited
}

/** Statuses of some requests to each of them: with workers more than one connection is needed. */
async function statuses(get: Get, all: readonly GatewayProcess[], headers: object) {
  const found = new Set<number>()
  for (const { port } of all) {
    for (let i = 0; i < 4; i++) {
      const { status } = await get(`http://127.0.0.1:${port}`, { ...headers, connection: 'close' })
      found.add(status)
    }
  }
  return [...found]
}

test(
  'a token revoked on one of three machines is refused on all, in each worker, and after restarts',
  patience,
  async t => {
    const redis = await startRedis(t)
    const { url } = await startUpstream(t, 'v1')
    const get = createClient(t)
    const dirs = [stateDir(t), stateDir(t), stateDir(t)] as const
    const machines = await Promise.all([
      startOn(t, url, dirs[0], redis.port),
      startOn(t, url, dirs[1], redis.port, 'workers: 2\n'),
      startOn(t, url, dirs[2], redis.port),
    ])
    const [first, second] = machines
    const stolen = await bearer({ jti: 'stolen' })
    const other = await bearer({ jti: 'other' })
    assert.deepEqual(await statuses(get, machines, stolen), [200])

    const answer = await revoke(`http://127.0.0.1:${first.adminPort}`, { jti: 'stolen' })
    assert.deepEqual([answer.status, answer.body.shared], [200, 'agreed'])
    assert.deepEqual(await statuses(get, [first], stolen), [401], 'here at once')
    await eventually(async () => (await statuses(get, machines, stolen)).join() === '401')
    assert.deepEqual(await statuses(get, machines, other), [200])

    // A worker that follows a dead one knows it before it takes anybody in.
    const [pid] = await second.workerPids(2)
    process.kill(pid as number, 'SIGKILL')
    await second.workerPids(3)
    assert.deepEqual(await statuses(get, [second], stolen), [401])

    await kill(first)
    const again = await startOn(t, url, dirs[0], redis.port)
    assert.deepEqual(await statuses(get, [again], stolen), [401])
    await kill(again)
    await redis.stop()
    const alone = await startOn(t, url, dirs[0], redis.port)
    assert.deepEqual(await statuses(get, [alone], stolen), [401], 'without Redis too')
    assert.deepEqual(await statuses(get, [alone], other), [200])

    // A machine that was never there learns it from those that are, through a Redis that lost it.
    await redis.restart()
    const newcomer = await startOn(t, url, stateDir(t), redis.port)
    await eventually(async () => (await statuses(get, [newcomer], stolen)).join() === '401')
  },
)

test(
  'a machine that is alone revokes without Redis, and keeps it over kill -9',
  patience,
  async t => {
    const { url } = await startUpstream(t, 'v1')
    const get = createClient(t)
    const dir = stateDir(t)
    const gateway = await startOn(t, url, dir, null)
    const anna = await bearer({ sub: 'anna' })
    assert.deepEqual(await statuses(get, [gateway], anna), [200])
    const { body } = await revoke(`http://127.0.0.1:${gateway.adminPort}`, { sub: 'anna' })
    assert.equal(body.shared, 'none')
    assert.deepEqual(await statuses(get, [gateway], anna), [401])
    await kill(gateway)
    const again = await startOn(t, url, dir, null)
    assert.deepEqual(await statuses(get, [again], anna), [401])
    assert.deepEqual(await statuses(get, [again], await bearer({ sub: 'bert' })), [200])
    const found = await again.metrics()
    assert.equal(found.get('switchback_revocations{kind="sub"}'), 1)
    assert.equal(
      found.get('switchback_refusal_details_total{route="main",detail="revoked"}'),
      4,
      'each refusal is counted by its reason',
    )
  },
)

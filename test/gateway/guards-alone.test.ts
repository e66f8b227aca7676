import assert from 'node:assert/strict'
import { type TestContext, test } from 'node:test'
import { featureOf } from '../../bench/failover/gateway-files.ts'
import { startUnleash } from '../../bench/failover/unleash.ts'
import { type Conversation, openRaw } from '../support/conversation.ts'
import { oneRoute, startGateway, testProcess } from '../support/gateway.ts'
import { startGatewayProcess } from '../support/gateway-process.ts'
import { createClient, startUpstream } from '../support/http.ts'
import { startRedis } from '../support/redis-server.ts'
import { keptRequest } from '../support/requests.ts'

/** Less than the time limit of the test run. */
const patience = { timeout: 60_000 }

const policy = `
fallback: {}
budgets: [{ signal: errors, max: 1% }]
`

/** V2 fails once told to. */
async function startUpstreams(t: TestContext) {
  let failing = false
  const v1 = await startUpstream(t, 'v1', (request, response) => {
    request.resume()
    response.writeHead(200, { 'content-length': 2 }).end('v1')
  })
  const v2 = await startUpstream(t, 'v2', (request, response) => {
    request.resume()
    response.writeHead(failing ? 500 : 200, { 'content-length': 2 }).end('v2')
  })
  return {
    v2,
    files: oneRoute({ v1: v1.url, v2: v2.url, percent: 100, policy }),
    fail(): void {
      failing = true
    },
  }
}

for (const signal of ['SIGKILL', 'SIGSTOP'] as const) {
  test(
    `with Redis gone by ${signal} a gateway answers, and switches back alone`,
    patience,
    async t => {
      const { v2, files, fail } = await startUpstreams(t)
      const redis = await startRedis(t)
      const get = createClient(t)
      const { url, metric } = await startGateway(t, {
        ...files,
        'switchback.yaml': `${testProcess}store: { redis: "redis://127.0.0.1:${redis.port}", timeoutMs: 100 }\n`,
      })
      assert.equal((await get(url)).body, 'v2')
      redis.kill(signal)
      while ((await metric('switchback_shared_store_up')) === 1) {
        assert.equal((await get(url)).body, 'v2')
      }
      fail()
      const before = v2.count()
      for (let i = 0; i < 30; i++) {
        const { status, body } = await get(url)
        assert.deepEqual([status, body], [200, 'v1'])
      }
      assert.ok(v2.count() - before <= 10, `V2 was asked ${v2.count() - before} times`)
      assert.equal(await metric('switchback_latch_tripped{flag="v2"}'), 1)
    },
  )
}

/** Which worker serves a connection cannot be asked, but one after the other they get one each. */
async function connected(t: TestContext, port: number): Promise<Conversation> {
  const client = openRaw(t, port)
  assert.equal((await client.ask(keptRequest('/'))).body, 'v2')
  return client
}

test(
  'with Redis, Unleash and all of the control plane gone, each worker switches back alone',
  patience,
  async t => {
    const { v2, files, fail } = await startUpstreams(t)
    const redis = await startRedis(t)
    const unleash = await startUnleash(featureOf('v2', 100))
    t.after(unleash.close)
    const { 'flags/v2.json': _flag, ...rest } = files
    const gateway = await startGatewayProcess(t, {
      ...rest,
      'switchback.yaml': `${testProcess}workers: 2
unleash: { url: "${unleash.url}", token: "default:production.test", refreshIntervalMs: 100 }
store: { redis: "redis://127.0.0.1:${redis.port}", timeoutMs: 100 }
`,
    })
    await gateway.workerPids(2)
    const clients = [await connected(t, gateway.port), await connected(t, gateway.port)]

    redis.kill('SIGKILL')
    unleash.close()
    await gateway.child.until(/"event":"refresh-failed"/)
    // With it the admin listener, the judge, and every way from one worker to the other.
    gateway.child.process.kill('SIGSTOP')
    fail()
    for (const client of clients) {
      const before = v2.count()
      for (let i = 0; i < 20; i++) {
        const { status, body } = await client.ask(keptRequest('/'))
        assert.deepEqual([status, body], [200, 'v1'])
      }
      const asked = v2.count() - before
      assert.ok(asked >= 1 && asked <= 10, `V2 was asked ${asked} times by one worker`)
    }
    await gateway.child.until(/switched back: [\s\S]*switched back: /)
  },
)

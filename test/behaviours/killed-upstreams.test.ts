import assert from 'node:assert/strict'
import { type TestContext, test } from 'node:test'
import { type Asked, startCallers } from '../support/callers.ts'
import { startChild } from '../support/child.ts'
import { oneRoute, processWith, startGateway, upstreamClients } from '../support/gateway.ts'
import { keptRequest, lines } from '../support/requests.ts'

async function startUpstream(t: TestContext, name: string, port = 0) {
  const child = startChild(t, 'test/support/upstream-process.ts', [name, String(port), '10'])
  const [, found] = await child.until(/^(\d+)\n/)
  return { child, port: Number(found), url: `http://127.0.0.1:${found}` }
}

const failed = ({ answer }: Asked) => answer?.status !== 200

for (const client of upstreamClients) {
  for (const method of ['GET', 'POST']) {
    test(`B38 (${client}): kill -9 of one variant's upstream leaves the other's ${method} alone, and ends when it is back`, async t => {
      const v1 = await startUpstream(t, 'one')
      const v2 = await startUpstream(t, 'two')
      const gateway = await startGateway(t, {
        ...oneRoute({ v1: v1.url, v2: v2.url, route: 'force: { users: [tester] }\n' }),
        'switchback.yaml': processWith(client),
      })
      const request = (caller: number) => {
        const headers = lines('x-user-id: tester', `x-switchback-force: v${(caller % 2) + 1}`)
        return keptRequest('/', headers + lines('content-length: 0'), method)
      }
      const callers = startCallers(t, gateway.port, { callers: 16, request })
      await callers.further(200)
      v2.child.process.kill('SIGKILL')
      await v2.child.exited
      await callers.further(200)
      await startUpstream(t, 'two', v2.port)
      const back = performance.now()
      await callers.further(200)
      await callers.stop()

      const bodies = callers.asked.map(({ answer }) => answer?.body)
      assert.ok(bodies.includes('one') && bodies.includes('two'))
      for (const { answer } of callers.asked.filter(failed)) {
        // Never silence and never another's answer: our own 502, from V2 only.
        assert.equal(answer?.status, 502)
        assert.match(answer?.body ?? '', /"upstream-(connect|reset)"/)
      }
      const v1Faults = 'switchback_upstream_faults_total{route="main",variant="v1",fault="'
      assert.equal(await gateway.metric(`${v1Faults}reset"}`), 0)
      assert.equal(await gateway.metric(`${v1Faults}connect-failed"}`), 0)
      assert.deepEqual(callers.asked.filter(({ sentAt }) => sentAt > back).filter(failed), [])
    })
  }

  test(`B38 (${client}): kill -9 of one of two origins fails only what was in flight`, async t => {
    const lasting = await startUpstream(t, 'lasting')
    const killed = await startUpstream(t, 'killed')
    const gateway = await startGateway(t, {
      ...oneRoute({ v1: lasting.url }),
      'routes/main.yaml': `match: { path: / }\nv1: { urls: ["${lasting.url}", "${killed.url}"] }\npolicy: open\n`,
      'switchback.yaml': processWith(client),
    })
    const callers = startCallers(t, gateway.port, {
      callers: 16,
      request: caller =>
        caller % 2 === 0
          ? keptRequest('/')
          : `${keptRequest('/', 'content-length: 5\r\n', 'POST')}hello`,
    })
    await callers.further(200)
    killed.child.process.kill('SIGKILL')
    await killed.child.exited
    const gone = performance.now()
    await callers.further(600)
    await callers.stop()

    assert.ok(callers.asked.some(({ answer }) => answer?.body === 'killed'))
    const late = callers.asked.filter(failed).filter(({ sentAt }) => sentAt > gone)
    assert.deepEqual(
      late.map(({ answer }) => answer?.text),
      [],
    )
    // The dead origin is tried once in a while, not by every request.
    const retries = 'switchback_upstream_retries_total{route="main",variant="v1"}'
    assert.ok((await gateway.metric(retries)) < 100)
  })
}

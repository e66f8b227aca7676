import assert from 'node:assert/strict'
import { once } from 'node:events'
import { createServer } from 'node:net'
import { type TestContext, test } from 'node:test'
import type { AuditPage } from '../../src/admin/control-view.ts'
import type { DrillReport } from '../../src/cli/drill/drill-report.ts'
import type { GatewayStatus } from '../../src/fleet/gateway-status.ts'
import { oneRoute, startGateway, testProcess } from '../support/gateway.ts'
import { type GatewayProcess, startGatewayProcess } from '../support/gateway-process.ts'
import { startUpstream } from '../support/http.ts'
import { startRedis } from '../support/redis-server.ts'
import { startCommand } from './command.ts'
import { runProgram } from './run-program.ts'

/** V1 and V2 answer their names; the flag gives everybody V2. */
async function files(t: TestContext) {
  const named = (name: string) =>
    startUpstream(t, name, (request, response) => {
      request.resume()
      response.writeHead(200, { 'content-length': 2 }).end(name)
    })
  const [v1, v2] = await Promise.all([named('v1'), named('v2')])
  return oneRoute({ v1: v1.url, v2: v2.url, percent: 100, policy: 'testers: [tester]\n' })
}

async function gateway(t: TestContext) {
  const started = await startGateway(t, await files(t))
  const status = async () =>
    (await (await fetch(`${started.adminUrl}/status`)).json()) as GatewayStatus
  return {
    ...started,
    at: ['--admin', started.adminUrl],
    asTester: ['--url', started.url, '--header', 'x-user-id: tester'],
    /** State of the rehearsal's latch; undefined before the first. */
    drill: async () => (await status()).latches.find(({ isDrill }) => isDrill)?.state.state,
    change: (what: string) =>
      fetch(`${started.adminUrl}/latches/v2/${what}`, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: '{"who":"ada"}',
      }),
  }
}

test('a drill measures each worker on its own traffic, and gives the testers V2 back', async t => {
  const started = await startGatewayProcess(t, {
    'switchback.yaml': `${testProcess}workers: 2\n`,
    ...(await files(t)),
  })
  const pids = await started.workerPids(2)
  const { code, out, error } = await runProgram(
    {},
    ...['drill', 'v2', '--admin', `http://127.0.0.1:${started.adminPort}`, '--within', '1m'],
    ...['--url', `http://127.0.0.1:${started.port}/`, '--header', 'x-user-id: tester', '--json'],
  )
  assert.deepEqual([code, error], [0, ''])
  const report = JSON.parse(out) as DrillReport
  assert.deepEqual(report.workers.map(({ pid }) => pid).sort(), pids.toSorted())
  for (const worker of report.workers) {
    assert.ok(worker.tookMs !== null && worker.lastMs !== null)
    assert.deepEqual([worker.hadTesters, worker.v2Again], [true, true])
  }
  assert.ok(report.traffic !== null && report.traffic.requests > 0)
  assert.equal(report.traffic.failed, 0)

  const { records } = (await started.admin('/audit')) as AuditPage
  assert.deepEqual(
    records
      .filter(({ subject }) => subject === 'v2#drill')
      .map(({ event, evidence }) => [event, (evidence as { version: number }).version]),
    [
      ['drill', 1],
      ['latch-settled', 1],
      ['drill', 2],
    ],
  )
})

test('a drill measures every machine of a fleet, and leaves open what it cannot see', async t => {
  const redis = await startRedis(t)
  const all = {
    'switchback.yaml': `${testProcess}store: { redis: "redis://127.0.0.1:${redis.port}" }\n`,
    ...(await files(t)),
  }
  const [here, there] = await Promise.all([
    startGatewayProcess(t, all),
    startGatewayProcess(t, all),
  ])
  const { code, out, error } = await runProgram(
    {},
    ...['drill', 'v2', '--admin', `http://127.0.0.1:${here.adminPort}`, '--within', '1m'],
    ...['--url', `http://127.0.0.1:${here.port}/`, '--header', 'x-user-id: tester', '--json'],
  )
  assert.deepEqual([code, error], [0, ''])
  const { workers } = JSON.parse(out) as DrillReport
  const found = workers.map(({ pid, hadTesters, v2Again }) => [pid, hadTesters, v2Again] as const)
  const pidOf = async ({ admin }: GatewayProcess) =>
    ((await admin('/status')) as GatewayStatus).workers[0]?.pid
  const pids = [await pidOf(here), await pidOf(there)]
  assert.deepEqual(
    found.toSorted(([a], [b]) => pids.indexOf(a) - pids.indexOf(b)),
    [
      [pids[0], true, true],
      [pids[1], false, null],
    ],
  )
})

test('a drill needs no traffic of its own where testers are on V2', async t => {
  const { url, at } = await gateway(t)
  let isOver = false
  async function beTester(): Promise<void> {
    while (!isOver) {
      await (await fetch(url, { headers: { 'x-user-id': 'tester' } })).text()
      await new Promise(resolve => setImmediate(resolve))
    }
  }
  await (await fetch(url, { headers: { 'x-user-id': 'tester' } })).text()
  const testing = beTester()
  const running = runProgram({}, 'drill', 'v2', '--within', '1m', ...at)
  const { code, out } = await running.finally(() => {
    isOver = true
  })
  await testing
  assert.equal(code, 0)
  assert.match(
    out,
    new RegExp(
      `^ {2}test +${process.pid} +\\d+ ms +\\d+ ms +yes\nevery worker within 60000 ms$`,
      'm',
    ),
  )
})

test('a drill that would show nothing, or is not asked for rightly, is refused', async t => {
  const { at, url, asTester, change, drill } = await gateway(t)
  const refused = async (pattern: RegExp, ...argv: string[]) => {
    const { code, out, error } = await runProgram({}, 'drill', ...argv, ...at)
    assert.deepEqual([code, out], [1, ''])
    assert.match(error, pattern)
  }
  await refused(/flag must|must be a flag that a route names, received "nope"$/, 'nope')
  await refused(/must have had a request of one of the policy's testers .* --url/, 'v2')
  assert.equal(await drill(), undefined, 'nothing was tripped')

  const stranger = ['--url', url, '--header', 'x-user-id: somebody']
  await refused(/was asked \d+ times \(0 failed\): do its headers name a tester/, 'v2', ...stranger)

  await change('drill')
  await refused(/no drill of it may be under way, received one by ada/, 'v2', ...asTester)
  const ended = await runProgram({}, 'drill', 'v2', '--end', ...at)
  assert.equal(ended.code, 0)
  assert.equal(await drill(), 'open')

  await change('rollback')
  await refused(/its latch must be open, received tripped \(by ada\)/, 'v2', ...asTester)
})

test('a drill that is interrupted is ended all the same', async t => {
  const { at, asTester, drill } = await gateway(t)
  const command = startCommand(t, 'drill', 'v2', ...at, ...asTester)
  while ((await drill()) !== 'tripped');
  command.child.kill('SIGINT')
  const { code, out, error } = await command.ended
  assert.match(out, /^The testers of v2, and nobody else, are sent back .*\n.* drill v2 --end\n$/)
  assert.deepEqual([code, error], [1, 'The drill of v2 was stopped.\n'])
  assert.equal(await drill(), 'open')
})

test('a gateway that is not there is exit code 3', async () => {
  const closed = createServer().listen(0, '127.0.0.1')
  await once(closed, 'listening')
  const { port } = closed.address() as { port: number }
  closed.close()
  const { code, error } = await runProgram({}, 'drill', 'v2', '--admin', `http://127.0.0.1:${port}`)
  assert.equal(code, 3)
  assert.match(error, /^Cannot ask the gateway/)
})

for (const argv of [
  ['--within', '100'],
  ['--traffic', '0'],
  ['--url', 'ftp://here'],
  ['--header', 'x-user-id'],
  ['--header', 'x-user-id: a\nb'],
]) {
  test(`a drill with ${JSON.stringify(argv)} exits with 2`, async () => {
    const { code, error } = await runProgram({}, 'drill', 'v2', ...argv)
    assert.equal(code, 2)
    assert.match(error, /It must be/)
  })
}

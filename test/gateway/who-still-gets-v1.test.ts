import assert from 'node:assert/strict'
import { type TestContext, test } from 'node:test'
import { residualPeriodMs } from '../../src/fleet/planes.ts'
import type { ResidualReport } from '../../src/residual/report.ts'
import { runProgram } from '../cli/run-program.ts'
import { configDir, flagFile, oneRoute, startGateway, testProcess } from '../support/gateway.ts'
import { createClient, startUpstream } from '../support/http.ts'
import { createManualClock } from '../support/manual-clock.ts'

const noon = Date.UTC(2026, 10, 21, 12)

/** V1, a V2 that fails for /fails, and a route without V2. */
async function filesFor(t: TestContext, percent: number, process = '') {
  const v1 = await startUpstream(t, 'v1')
  const v2 = await startUpstream(t, 'v2', (request, response) => {
    response.writeHead(request.url?.startsWith('/fails') ? 503 : 200).end('v2')
  })
  const policy = 'fallback: { to: v1, methods: [GET], withinMs: 1000 }\n'
  const route = 'properties: { segment: { header: x-segment } }\n'
  return {
    ...oneRoute({ v1: v1.url, v2: v2.url, percent, route, policy }),
    'routes/old.yaml': `match: { path: /old }\nv1: { url: "${v1.url}" }\npolicy: open\n`,
    'switchback.yaml': `${testProcess}${process}`,
  }
}

async function reportOf({ adminUrl }: { adminUrl: string }, days = 7): Promise<ResidualReport> {
  return (await (await fetch(`${adminUrl}/v1-residual?days=${days}`)).json()) as ResidualReport
}

test('who gets V1 where there is a V2 is counted by client, segment and reason', async t => {
  const clock = createManualClock(noon)
  const gateway = await startGateway(t, await filesFor(t, 0), clock)
  const get = createClient(t)
  const ask = (user: string, agent: string, path = '/', segment = 'retail') =>
    get(`${gateway.url}${path}`, {
      ...{ 'x-user-id': user, 'user-agent': agent, 'x-segment': segment },
    })
  for (let i = 0; i < 6; i++) {
    await ask(`user-${i % 3}`, 'acme-app/2.1')
    clock.advance(1000)
  }
  await ask('user-9', 'curl/8', '/', 'enterprise')
  await ask('user-9', 'curl/8', '/old')
  await gateway.edit({ 'flags/v2.json': flagFile('v2', 100) })
  await gateway.reload()
  await ask('user-1', 'curl/8', '/fails')
  await ask('user-1', 'curl/8')
  clock.advance(residualPeriodMs)

  const { routes, ...rest } = await reportOf(gateway)
  assert.deepEqual(rest, {
    ...{ from: '2026-11-15', until: '2026-11-21', machines: 1, unread: 0 },
    withoutV2: ['old'],
  })
  const [main, ...others] = routes
  assert.equal(others.length, 0)
  assert.deepEqual(main, {
    ...{ route: 'main', flag: 'v2', requests: 8, callers: 4, other: 0 },
    reasons: { 'out-of-share': 7, fallback: 1 },
    ...{ firstAt: noon, lastAt: noon + 6000 },
    rows: [
      {
        ...{ segment: 'retail', client: 'acme-app/2', reason: 'out-of-share' },
        ...{ requests: 6, callers: 3, firstAt: noon, lastAt: noon + 5000 },
      },
      {
        ...{ segment: 'enterprise', client: 'curl/8', reason: 'out-of-share' },
        ...{ requests: 1, callers: 1, firstAt: noon + 6000, lastAt: noon + 6000 },
      },
      {
        ...{ segment: 'retail', client: 'curl/8', reason: 'fallback' },
        ...{ requests: 1, callers: 1, firstAt: noon + 6000, lastAt: noon + 6000 },
      },
    ],
  })

  assert.equal(await gateway.metric('switchback_v1_residual_callers{route="main"}'), 4)
  const { code, out } = await runProgram(
    {},
    ...['report', 'v1-residual', '--admin', gateway.adminUrl, '-c', gateway.dir],
  )
  assert.equal(code, 0)
  assert.equal(
    out,
    `V1, 2026-11-15 to 2026-11-21 (UTC), of 1 machine

main (flag v2): 8 requests of about 4 callers; out-of-share 7, fallback 1
  requests  callers  client      segment     reason        seen
  6         ~3       acme-app/2  retail      out-of-share  2026-11-21 12:00:00 UTC to 2026-11-21 12:00:05 UTC
  1         ~1       curl/8      enterprise  out-of-share  2026-11-21 12:00:06 UTC to 2026-11-21 12:00:06 UTC
  1         ~1       curl/8      retail      fallback      2026-11-21 12:00:06 UTC to 2026-11-21 12:00:06 UTC

not counted, since they have no V2: old`,
  )
})

test('days are counted apart, outlive a restart, and are forgotten with their time', async t => {
  const dir = await configDir(t, {})
  const files = await filesFor(t, 0, `store: { dir: "${dir}" }\nresidual: { days: 3 }\n`)
  const get = createClient(t)
  let at = noon
  async function serve(days: number, requests: number): Promise<ResidualReport> {
    at += days * 86_400_000
    const clock = createManualClock(at)
    const gateway = await startGateway(t, files, clock)
    for (let i = 0; i < requests; i++) await get(gateway.url, { 'x-user-id': `user-${i}` })
    clock.advance(residualPeriodMs)
    const report = await reportOf(gateway)
    await gateway.close()
    return report
  }
  const requestsOf = ({ routes }: ResidualReport) => routes[0]?.requests ?? 0
  assert.equal(requestsOf(await serve(0, 5)), 5)
  assert.equal(requestsOf(await serve(0, 2)), 7)
  assert.equal(requestsOf(await serve(1, 1)), 8)
  assert.equal(requestsOf(await serve(2, 0)), 1)
  assert.equal(requestsOf(await serve(9, 0)), 0)
})

test('with no days nothing is counted', async t => {
  const clock = createManualClock(noon)
  const gateway = await startGateway(t, await filesFor(t, 0, 'residual: { days: 0 }\n'), clock)
  await createClient(t)(gateway.url, { 'x-user-id': 'ada' })
  clock.advance(residualPeriodMs)
  assert.deepEqual((await reportOf(gateway)).routes, [])
})

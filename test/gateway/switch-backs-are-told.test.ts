import assert from 'node:assert/strict'
import { test } from 'node:test'
import { runProgram } from '../cli/run-program.ts'
import { eventually } from '../fleet/eventually.ts'
import { startReceiver } from '../fleet/receiver.ts'
import { oneRoute, startGateway, testProcess } from '../support/gateway.ts'
import { createClient, startUpstream } from '../support/http.ts'

test('a rollback moves the traffic, and the world outside is told; so is a resume', async t => {
  const [v1, v2, receiver] = [
    await startUpstream(t, 'v1'),
    await startUpstream(t, 'v2'),
    await startReceiver(t),
  ]
  const gateway = await startGateway(t, {
    ...oneRoute({ v1: v1.url, v2: v2.url, percent: 100 }),
    'switchback.yaml': `${testProcess}webhooks: [{ url: "${receiver.url}", events: [tripped, resumed] }]\n`,
  })
  const get = createClient(t)
  const where = ['--admin', gateway.adminUrl]
  assert.equal((await get(gateway.url)).body, 'v2')

  assert.equal((await runProgram({}, 'rollback', 'v2', '--note', 'prices', ...where)).code, 0)
  assert.equal((await get(gateway.url)).body, 'v1')
  const tripped = JSON.parse((await receiver.nth(1)).body)
  assert.deepEqual([tripped.event, tripped.latch.note], ['tripped', 'prices'])

  assert.equal((await runProgram({}, 'resume', 'v2', ...where)).code, 0)
  assert.equal((await get(gateway.url)).body, 'v2')
  assert.equal(JSON.parse((await receiver.nth(2)).body).event, 'resumed')
  const sample = 'switchback_announcements_total{step="webhook",result="done"}'
  await eventually(async () => (await gateway.metric(sample)) === 2)
  const { out } = await runProgram({}, 'audit', ...where)
  for (const word of ['latch-tripped', 'latch-resumed', 'webhook-delivered']) {
    assert.match(out, new RegExp(`  ${word} `))
  }
  assert.match((await runProgram({}, 'status', ...where)).out, /^ {2}v2 {2}open, V2 allowed$/m)
})

test('a policy that says so resumes by itself', async t => {
  const [v1, v2] = [
    await startUpstream(t, 'v1'),
    await startUpstream(t, 'v2', (_, response) => response.writeHead(500).end()),
  ]
  const policy = 'budgets: [{ signal: errors, max: 1% }]\nswitchBack: { resumeAfter: 1s }\n'
  const gateway = await startGateway(t, oneRoute({ v1: v1.url, v2: v2.url, percent: 100, policy }))
  const get = createClient(t)
  while ((await get(gateway.url)).status === 500);
  const latch = async () => {
    const [report] = (await (await fetch(`${gateway.adminUrl}/latches`)).json()) as {
      state: { state: string; reason: string }
    }[]
    return `${report?.state.state} ${report?.state.reason}`
  }
  await eventually(async () => (await latch()) === 'open resume-after')
})

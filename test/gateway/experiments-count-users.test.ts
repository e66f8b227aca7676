import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { AuditPage } from '../../src/admin/control-view.ts'
import { pause, systemClock } from '../../src/clock.ts'
import type { ExperimentReport } from '../../src/experiment/report.ts'
import type { GatewayStatus } from '../../src/fleet/gateway-status.ts'
import { configDir, oneRoute, startGateway, testProcess } from '../support/gateway.ts'
import { createClient, startUpstream } from '../support/http.ts'

const policy = `
testers: [tester]
experiments:
  - { name: conversion, of: share, from: header, header: x-converted, value: "yes", users: 100, for: 6s, window: 1s }
  - { name: revenue, of: sum, from: pushed, users: 100, for: 1h, window: 1h }
  - { name: failures, of: share, from: status, status: 5xx, better: less, users: 100, for: 1h, window: 1h }
`

/** A gateway that splits users in halves, a V1 at which few convert and a V2 at which many do. */
async function start(t: Parameters<typeof startGateway>[0], workers = '') {
  const answers = (converts: (user: number) => boolean) =>
    ((request, response) => {
      request.resume()
      const user = Number(request.headers['x-user-id'])
      response.writeHead(200, converts(user) ? { 'x-converted': 'yes' } : {}).end()
    }) as Parameters<typeof startUpstream>[2]
  const v1 = await startUpstream(
    t,
    'v1',
    answers(user => user % 10 === 0),
  )
  const v2 = await startUpstream(
    t,
    'v2',
    answers(user => user % 10 < 8),
  )
  const store = await configDir(t, {})
  const gateway = await startGateway(t, {
    ...oneRoute({ v1: v1.url, v2: v2.url, policy, route: 'decisionHeader: true\n' }),
    'switchback.yaml': `${testProcess}store: { dir: ${store} }\ncookieSecret: ${'s'.repeat(32)}\n${workers}`,
  })
  const client = createClient(t)
  const experiment = async (name: string) =>
    (await (await fetch(`${gateway.adminUrl}/experiments/${name}`)).json()) as ExperimentReport
  return {
    gateway,
    experiment,
    /** Asked as these users; the variant of each. */
    ask: (users: readonly (number | string)[]) =>
      Promise.all(
        users.map(async user => {
          const { headers } = await client(`${gateway.url}/`, { 'x-user-id': String(user) })
          return String(headers['x-switchback-decision']).slice(0, 2)
        }),
      ),
    push: (values: readonly object[]) =>
      fetch(`${gateway.adminUrl}/experiments/revenue/values`, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify({ values }),
      }),
    async becomes(name: string, isWanted: (report: ExperimentReport) => boolean) {
      for (;;) {
        const report = await experiment(name)
        if (isWanted(report)) return report
        await pause(systemClock, 50)
      }
    },
  }
}

const users = Array.from({ length: 400 }, (_, i) => i)

test('users of real traffic become a verdict, each counted once on its variant', async t => {
  const { ask, becomes, gateway } = await start(t)
  const variants = await ask(users)
  const again = await ask(users.slice(0, 50))
  assert.deepEqual(again, variants.slice(0, 50))
  await ask(['tester'])
  const onV2 = variants.filter(variant => variant === 'v2').length
  const { verdict, v1, v2, text } = await becomes(
    'conversion',
    each => each.verdict !== 'not-yet' && each.v1.open + each.v2.open === 0,
  )
  assert.equal(verdict, 'better')
  assert.equal(v1.users + v1.alone, 400 - onV2)
  assert.equal(v2.users + v2.alone, onV2)
  assert.match(text, /^conversion: V2 − V1 = \+[67]\d\.?\d? points/)
  assert.ok(
    await gateway.metric('switchback_experiment_difference{experiment="conversion",bound="low"}'),
  )
  const status = (await (await fetch(`${gateway.adminUrl}/status`)).json()) as GatewayStatus
  assert.equal(status.experiments.length, 3)
  const audit = (await (await fetch(`${gateway.adminUrl}/audit`)).json()) as AuditPage
  const events = audit.records.map(({ event }) => event)
  assert.ok(events.includes('experiment-begun') && events.includes('experiment-verdict'))
})

test('values are pushed for users that were seen; of others it is said that they are not known', async t => {
  const { ask, becomes, push } = await start(t)
  await ask(['anna', 'bert'])
  await becomes('revenue', ({ v1, v2 }) => v1.open + v2.open === 2)
  const answer = await push([
    { user: 'anna', value: 12.5 },
    { user: 'nobody', value: 3 },
  ])
  assert.deepEqual(await answer.json(), { taken: true, added: 1, unknown: 1, late: 0 })
  const wrong = await push([{ user: 'anna', value: 1e13 }])
  assert.equal(wrong.status, 400)
})

test('what workers of one machine see is one', async t => {
  const { ask, becomes } = await start(t, 'workers: 2\n')
  await ask(users.slice(0, 40))
  const { v1, v2 } = await becomes('failures', each => each.v1.open + each.v2.open >= 40)
  assert.equal(v1.open + v2.open, 40)
})

test('a user whose name is not ASCII is known by it to those who push values', async t => {
  const { ask, becomes, push } = await start(t)
  await ask([Buffer.from('zoë', 'utf8').toString('latin1')])
  await becomes('revenue', ({ v1, v2 }) => v1.open + v2.open === 1)
  const answer = await push([{ user: 'zoë', value: 12.5 }])
  assert.deepEqual(await answer.json(), { taken: true, added: 1, unknown: 0, late: 0 })
})

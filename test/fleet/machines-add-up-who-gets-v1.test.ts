import assert from 'node:assert/strict'
import { test } from 'node:test'
import { setTimeout as pause } from 'node:timers/promises'
import type { ResidualReport } from '../../src/residual/report.ts'
import { oneRoute, startGateway, testProcess } from '../support/gateway.ts'
import { startGatewayProcess } from '../support/gateway-process.ts'
import { startUpstream } from '../support/http.ts'
import { sendRaw } from '../support/raw.ts'
import { startRedis } from '../support/redis-server.ts'
import { plainRequest } from '../support/requests.ts'

test('what the workers of two machines counted is one report on either', async t => {
  const redis = await startRedis(t)
  const v1 = await startUpstream(t, 'v1')
  const v2 = await startUpstream(t, 'v2')
  const files = oneRoute({ v1: v1.url, v2: v2.url, percent: 0 })
  const store = `store: { redis: "redis://127.0.0.1:${redis.port}" }\n`
  const alone = await startGateway(t, { ...files, 'switchback.yaml': `${testProcess}${store}` })
  const many = await startGatewayProcess(t, {
    ...files,
    'switchback.yaml': `${testProcess}workers: 2\n${store}`,
  })
  await many.workerPids(2)
  for (let i = 0; i < 20; i++) {
    const headers = `x-user-id: user-${i % 10}\r\nuser-agent: app-${i % 2}/1\r\n`
    await sendRaw(alone.port, plainRequest('/', headers))
    await sendRaw(many.port, plainRequest('/', headers))
  }
  const asked = [
    async () => (await many.admin('/v1-residual?days=1')) as ResidualReport,
    async () =>
      (await (await fetch(`${alone.adminUrl}/v1-residual?days=1`)).json()) as ResidualReport,
  ]
  for (const ask of [...asked, ...asked]) {
    // Workers report now and then, and each machine tells the others when it is asked itself.
    for (;;) {
      const { machines, unread, routes } = await ask()
      const told = routes.map(({ requests, callers, rows }) => [
        requests,
        callers,
        rows.map(row => [row.client, row.requests]).toSorted(),
      ])
      if (machines === 2 && routes[0]?.requests === 40) {
        assert.equal(unread, 0)
        assert.deepEqual(told, [
          [
            40,
            10,
            [
              ['app-0/1', 20],
              ['app-1/1', 20],
            ],
          ],
        ])
        break
      }
      await pause(100)
      if (ask === asked[0]) await asked[1]?.()
      else await asked[0]?.()
    }
  }
})

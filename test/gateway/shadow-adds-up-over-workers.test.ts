import assert from 'node:assert/strict'
import { test } from 'node:test'
import { oneRoute, testProcess } from '../support/gateway.ts'
import { startGatewayProcess } from '../support/gateway-process.ts'
import { startUpstream } from '../support/http.ts'
import { sendRaw } from '../support/raw.ts'
import { plainRequest } from '../support/requests.ts'

test('copies and comparisons of all workers are added up', async t => {
  const v1 = await startUpstream(t, 'v1', (_, response) => response.end('same'))
  const v2 = await startUpstream(t, 'v2', (_, response) => response.end('same'))
  const files = oneRoute({
    v1: v1.url,
    v2: v2.url,
    percent: 0,
    policy: 'shadow: { noise: 0%, maxLoad: 100% }\n',
  })
  const gateway = await startGatewayProcess(t, {
    ...files,
    'switchback.yaml': `${testProcess}workers: 2\n`,
  })
  await gateway.workerPids(2)
  for (let n = 0; n < 30; n++) await sendRaw(gateway.port, plainRequest('/'))
  const labels = 'route="main",copy="shadow"'
  let metrics = await gateway.metrics()
  while (
    (metrics.get(`switchback_shadow_comparisons_total{${labels},verdict="equal",reason=""}`) ?? 0) <
    30
  ) {
    metrics = await gateway.metrics()
  }
  assert.equal(metrics.get(`switchback_shadow_copies_eligible_total{${labels}}`), 30)
  assert.equal(
    metrics.get(`switchback_shadow_copies_total{${labels},result="sent",reason="answered"}`),
    30,
  )
  assert.equal(v2.count(), 30)
})

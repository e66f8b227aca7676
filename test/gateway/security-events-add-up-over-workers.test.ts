import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { SecurityReport } from '../../src/security/event.ts'
import { eventually } from '../fleet/eventually.ts'
import { oneRoute, testProcess } from '../support/gateway.ts'
import { startGatewayProcess } from '../support/gateway-process.ts'
import { startUpstream } from '../support/http.ts'
import { sendRaw } from '../support/raw.ts'
import { plainRequest } from '../support/requests.ts'

test('what all workers refuse is one event of one client', async t => {
  const v1 = await startUpstream(t, 'v1')
  const gateway = await startGatewayProcess(t, {
    ...oneRoute({ v1: v1.url }),
    'switchback.yaml': `${testProcess}workers: 2\nsecurity: { events: { probing: { perClient: 40, withinMs: 60000 } } }\n`,
  })
  for (let i = 0; i < 40; i++) {
    const { status } = await sendRaw(gateway.port, plainRequest('/a/../b'))
    assert.equal(status, 400)
  }
  const [event] = await eventually(async () => {
    const { lasting } = (await gateway.admin('/security')) as SecurityReport
    return lasting.length > 0 && lasting
  })
  assert.deepEqual([event?.kind, event?.client, event?.refusals], ['probing', '127.0.0.1', 40])
  const metrics = await gateway.metrics()
  assert.equal(metrics.get('switchback_security_events_total{kind="probing",scope="client"}'), 1)
})

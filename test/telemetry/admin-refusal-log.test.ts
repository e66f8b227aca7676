import assert from 'node:assert/strict'
import { test } from 'node:test'
import { createAdminRefusalLog } from '../../src/telemetry/admin-refusal-log.ts'
import { createControlMetrics } from '../../src/telemetry/control-metrics.ts'
import { createManualClock } from '../support/manual-clock.ts'

test('a flood of refusals is counted whole, and told in 60 lines a minute with how many there were more', async () => {
  const clock = createManualClock()
  const metrics = createControlMetrics({ ownProcess: false })
  const lines: object[] = []
  const tell = createAdminRefusalLog(
    { warn: (line: object) => void lines.push(line) },
    metrics,
    clock,
  )
  const refused = {
    ...{ reason: 'token-unknown', address: '10.0.0.9', method: 'GET' },
    ...{ page: '/status', name: null },
  }
  for (let i = 0; i < 100; i++) tell(refused)
  assert.equal(lines.length, 60)
  clock.advance(60_000)
  tell(refused)
  tell(refused)
  assert.deepEqual(lines.slice(60), [
    { event: 'admin-refused', ...refused, untold: 40 },
    { event: 'admin-refused', ...refused },
  ])
  const { values } = await metrics.adminRefusals.get()
  assert.deepEqual(
    values.map(({ labels, value }) => [labels.reason, value]),
    [['token-unknown', 102]],
  )
})

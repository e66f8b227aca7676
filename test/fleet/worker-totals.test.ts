import assert from 'node:assert/strict'
import { test } from 'node:test'
import { createWorkerTotals } from '../../src/fleet/workers/worker-totals.ts'
import { mergedMetrics } from '../../src/telemetry/merged-metrics.ts'
import { createMetrics } from '../../src/telemetry/metrics.ts'

/** What a process counts that answered once in half a second, failed once and has a WebSocket open. */
async function registry(): Promise<readonly object[]> {
  const metrics = createMetrics()
  const route = metrics.forRoute('match')
  route.answered('v2', 200, 0.5)
  route.failed('v2', 'reset')
  route.tunnelOpened('v1')
  return metrics.registry.getMetricsAsJSON()
}

test('what grows survives its process and is counted once, what is open does not', async () => {
  const totals = createWorkerTotals()
  totals.add(await registry())
  totals.add(await registry())
  const { body } = await mergedMetrics([totals.registry(), await registry()])
  const labels = 'route="match",variant="v2"'
  const samples = body.split('\n')
  for (const sample of [
    `switchback_upstream_faults_total{${labels},fault="reset"} 3`,
    `switchback_request_duration_seconds_bucket{le="0.3",${labels},status_class="2xx"} 0`,
    `switchback_request_duration_seconds_bucket{le="0.5",${labels},status_class="2xx"} 3`,
    `switchback_request_duration_seconds_sum{${labels},status_class="2xx"} 1.5`,
    `switchback_request_duration_seconds_count{${labels},status_class="2xx"} 3`,
    'switchback_websockets_open{route="match",variant="v1"} 1',
  ]) {
    assert.ok(samples.includes(sample), `${sample} in\n${body}`)
  }
})

test('nothing is there before the first is gone', () => {
  assert.deepEqual(createWorkerTotals().registry(), [])
})

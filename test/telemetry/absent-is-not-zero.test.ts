import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { FlagSourceStatus } from '../../src/cohort/flag-source.ts'
import { createControlMetrics } from '../../src/telemetry/control-metrics.ts'
import { createMetrics } from '../../src/telemetry/metrics.ts'

type Metrics = Pick<ReturnType<typeof createMetrics>, 'registry'>

/** Samples of one metric, each as it is told. */
async function samplesOf({ registry }: Metrics, name: string): Promise<string[]> {
  const lines = (await registry.metrics()).split('\n')
  return lines.filter(line => line.startsWith(name) && !line.startsWith(`${name}_`))
}

test('a shared store that there is none of is absent; one that is lost is 0', async () => {
  const metrics = createControlMetrics({ ownProcess: false })
  const name = 'switchback_shared_store_up'
  assert.deepEqual(await samplesOf(metrics, name), [])
  metrics.store.shared(true)
  assert.deepEqual(await samplesOf(metrics, name), [`${name} 1`])
  metrics.store.shared(false)
  assert.deepEqual(await samplesOf(metrics, name), [`${name} 0`])
})

test('flags of Unleash have a time at which they were right, flags in files have none', async () => {
  const metrics = createMetrics()
  const name = 'switchback_flag_source_last_update_timestamp_seconds'
  const files: FlagSourceStatus = {
    kind: 'flags',
    ready: true,
    from: 'files',
    lastUpdated: null,
    failure: null,
    stream: 'off',
  }
  metrics.flags.watch(() => ({ ...files, kind: 'unleash', from: 'server', lastUpdated: 1500 }))
  assert.deepEqual(await samplesOf(metrics, name), [`${name} 1.5`])
  metrics.flags.watch(() => files)
  assert.deepEqual(await samplesOf(metrics, name), [])
  assert.deepEqual(await samplesOf(metrics, 'switchback_flag_source_up'), [
    'switchback_flag_source_up 1',
  ])
})

test('files that are refused leave the time at which they were good', async () => {
  const metrics = createControlMetrics({ ownProcess: false })
  const told = async () => [
    ...(await samplesOf(metrics, 'switchback_config_last_reload_successful')),
    ...(await samplesOf(metrics, 'switchback_config_last_reload_success_timestamp_seconds')),
    ...(await samplesOf(metrics, 'switchback_config_reloads_total')),
  ]
  metrics.config.reloaded('applied', 2000)
  metrics.config.reloaded('refused', 3000)
  assert.deepEqual(await told(), [
    'switchback_config_last_reload_successful 0',
    'switchback_config_last_reload_success_timestamp_seconds 2',
    'switchback_config_reloads_total{result="applied"} 1',
    'switchback_config_reloads_total{result="unchanged"} 0',
    'switchback_config_reloads_total{result="refused"} 1',
  ])
  metrics.config.reloaded('unchanged', 4000)
  assert.deepEqual((await told()).slice(0, 2), [
    'switchback_config_last_reload_successful 1',
    'switchback_config_last_reload_success_timestamp_seconds 4',
  ])
})

test('what alerts look for an increase of begins at 0, or its first event would be none', async () => {
  const metrics = createControlMetrics({ ownProcess: false })
  const deaths = await samplesOf(metrics, 'switchback_worker_deaths_total')
  assert.equal(deaths.length, 4)
  const lost = await samplesOf(metrics, 'switchback_announcements_total')
  assert.equal(lost.filter(line => /result="(failed|dropped)"/.test(line)).length, 6)
  for (const line of [...deaths, ...lost]) assert.match(line, / 0$/)
})

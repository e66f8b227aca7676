import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { FlagSourceStatus } from '../../src/cohort/flag-source.ts'
import { createControlMetrics } from '../../src/telemetry/control-metrics.ts'
import { mergedMetrics } from '../../src/telemetry/merged-metrics.ts'
import { createMetrics } from '../../src/telemetry/metrics.ts'

const fileFlags: FlagSourceStatus = {
  ...{ kind: 'flags', ready: true, from: 'files', lastUpdated: null, failure: null, stream: 'off' },
}

/** A worker's registry, with what `change` did to it. */
async function worker(change: (metrics: ReturnType<typeof createMetrics>) => void) {
  const metrics = createMetrics()
  change(metrics)
  return metrics.registry.getMetricsAsJSON()
}

async function samplesOf(...registries: (readonly object[])[]): Promise<string[]> {
  return (await mergedMetrics(registries)).body.split('\n')
}

test('counts and what is open are summed up, a state is the worst that one worker sees', async () => {
  const samples = await samplesOf(
    await worker(metrics => {
      metrics.forRoute('match').tunnelOpened('v2')
      metrics.forRoute('match').refused('unauthenticated')
      metrics.flags.watch(() => fileFlags)
      metrics.latchTripped.set({ flag: 'v2' }, 0)
    }),
    await worker(metrics => {
      metrics.forRoute('match').tunnelOpened('v2')
      metrics.forRoute('match').refused('unauthenticated')
      metrics.flags.watch(() => ({ ...fileFlags, failure: 'Unleash is gone' }))
      metrics.latchTripped.set({ flag: 'v2' }, 1)
    }),
  )
  for (const sample of [
    'switchback_websockets_open{route="match",variant="v2"} 2',
    'switchback_refusals_total{route="match",reason="unauthenticated"} 2',
    'switchback_flag_source_up 0',
    'switchback_latch_tripped{flag="v2"} 1',
  ]) {
    assert.ok(samples.includes(sample), sample)
  }
})

test('a process is told once, also when it holds both planes', async () => {
  for (const ownProcess of [false, true]) {
    const control = await createControlMetrics({ ownProcess }).registry.getMetricsAsJSON()
    const samples = await samplesOf(control, await worker(() => {}))
    for (const name of ['process_start_time_seconds', 'process_resident_memory_bytes']) {
      assert.equal(samples.filter(sample => sample.startsWith(`${name} `)).length, 1, name)
    }
  }
})

test('of event loops the one that is latest is told', async () => {
  const name = 'switchback_event_loop_lag_max_seconds'
  const late = async (seconds: number) =>
    (await worker(() => {})).map(metric =>
      metric.name === name ? { ...metric, values: [{ value: seconds, labels: {} }] } : metric,
    )
  const samples = await samplesOf(await late(0.25), await late(2), await late(0.5))
  assert.ok(samples.includes(`${name} 2`))
})

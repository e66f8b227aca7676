import assert from 'node:assert/strict'
import { test } from 'node:test'
import { setTimeout as wait } from 'node:timers/promises'
import { Registry } from 'prom-client'
import { watchEventLoop } from '../../src/telemetry/loop-metrics.ts'

test('a loop that stood still is told to whoever reads, and to the next who reads as well', async () => {
  const registry = new Registry()
  watchEventLoop(registry)
  const read = async (name: string) => {
    const { values } = (await registry.getSingleMetric(name)?.get()) ?? { values: [] }
    return values[0]?.value ?? Number.NaN
  }
  const longest = () => read('switchback_event_loop_lag_max_seconds')
  while ((await longest()) < 0.1) {
    const until = performance.now() + 150
    while (performance.now() < until);
    // The timer that is measured ticks between two standstills.
    await wait(25)
  }
  assert.ok((await longest()) >= 0.1, 'it is still there')
  assert.ok((await read('switchback_event_loop_lag_p99_seconds')) > 0)
  const busy = await read('switchback_event_loop_busy_ratio')
  assert.ok(busy > 0 && busy <= 1, `${busy}`)
})

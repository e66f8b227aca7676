import assert from 'node:assert/strict'
import { test } from 'node:test'
import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import { Registry } from 'prom-client'
import { watchGarbageCollections } from '../../src/telemetry/garbage-collections.ts'
import { eventually } from '../fleet/eventually.ts'

test('collections that Node tells together are each counted', async () => {
  setFlagsFromString('--expose-gc')
  const collect = runInNewContext('gc') as () => void
  const registry = new Registry()
  watchGarbageCollections(registry)
  for (let times = 0; times < 5; times++) collect()
  const sample = /^nodejs_gc_duration_seconds_count\{kind="major"\} (\d+)$/m
  await eventually(async () => Number(sample.exec(await registry.metrics())?.[1] ?? 0) >= 5)
  assert.match(await registry.metrics(), /^nodejs_gc_duration_seconds_sum\{kind="major"\} 0\.\d+/m)
})

import assert from 'node:assert/strict'
import { test } from 'node:test'
import { createWorker, type WorkerDeps } from '../../src/fleet/workers/worker.ts'
import type { WorkerListeners } from '../../src/fleet/workers/worker-channel.ts'
import { createSpanExporter } from '../../src/telemetry/tracing/exporter.ts'
import { testProcess } from '../support/gateway.ts'
import { createManualClock } from '../support/manual-clock.ts'
import { startCollector } from '../support/otlp-collector.ts'
import { snapshotOf } from './started-workers.ts'

test('a worker that needs all of the drain is not killed while a dead collector holds up its last word', async t => {
  const snapshot = await snapshotOf(t, testProcess)
  const { lingerMs, graceMs } = snapshot.process.drain
  const clock = createManualClock()
  const says = Promise.withResolvers<WorkerListeners['onMessage']>()
  let kills = 0
  const deps: Pick<WorkerDeps, 'fork' | 'clock' | 'snapshot'> = {
    clock,
    snapshot: () => snapshot,
    fork({ onMessage }) {
      says.resolve(onMessage)
      return { id: 1, pid: 1, send() {}, kill: () => void kills++ }
    },
  }
  const worker = createWorker(deps as WorkerDeps)
  const say = await says.promise
  say({ type: 'ready', port: 1 })
  await worker.ready
  worker.leave()
  // The worker's own drain, and then its spans.
  clock.advance(lingerMs + graceMs)
  const collector = await startCollector(t)
  collector.answers.push(() => {})
  const exporter = createSpanExporter({ clock, chance: () => 0, onResult() {} })
  exporter.aim({
    ...{ url: `${collector.url}/v1/traces`, headers: {}, resource: {} },
    ...{ maxQueued: 256, timeoutMs: 60_000 },
  })
  exporter.add({
    ...{ traceId: 'a'.repeat(32), spanId: 'b'.repeat(16), parentId: '', parentIsRemote: false },
    ...{ flags: 3, state: '', kind: 'server', name: 'GET', beganAt: 1, endedAt: 2 },
    ...{ attributes: {}, failed: false, link: null },
  })
  const closed = exporter.close()
  await collector.posted(1)
  clock.advance(1000)
  await closed
  assert.equal(kills, 0)
  clock.advance(1000)
  assert.equal(kills, 1)
})

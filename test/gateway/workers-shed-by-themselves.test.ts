import assert from 'node:assert/strict'
import { test } from 'node:test'
import { setTimeout as pause } from 'node:timers/promises'
import type { GatewayStatus } from '../../src/fleet/gateway-status.ts'
import { oneRoute, testProcess } from '../support/gateway.ts'
import { startGatewayProcess } from '../support/gateway-process.ts'
import { startUpstream } from '../support/http.ts'

/** Lets a process run for a moment now and then only, as a machine that is too small does. */
function hamper(pid: number) {
  let hampering = true
  const over = (async () => {
    while (hampering) {
      process.kill(pid, 'SIGSTOP')
      await pause(120)
      process.kill(pid, 'SIGCONT')
      await pause(8)
    }
  })()
  return async () => {
    hampering = false
    await over
  }
}

test('a worker whose loop is late sheds alone, and the probes are answered by another process', async t => {
  const v1 = await startUpstream(t, 'v1')
  const gateway = await startGatewayProcess(t, {
    ...oneRoute({ v1: v1.url, policy: 'maxInFlight: 8\n' }),
    'switchback.yaml': `${testProcess}workers: 2\nshedding: { maxEventLoopLagMs: 50 }\n`,
  })
  const [late, other] = await gateway.workerPids(2)
  const percentOf = async (pid: number | undefined) => {
    const { workers } = (await gateway.admin('/status')) as GatewayStatus
    return workers.find(worker => worker.pid === pid)?.shedding?.percent
  }
  const release = hamper(late as number)
  try {
    await gateway.child.until(/"event":"shedding-began"/)
    for (const probe of ['/health', '/ready']) {
      const { status } = await fetch(`http://127.0.0.1:${gateway.adminPort}${probe}`)
      assert.equal(status, 200, probe)
    }
    assert.notEqual(await percentOf(late), 0)
    const metrics = await gateway.metrics()
    assert.ok((metrics.get('switchback_shedding_ratio') ?? 0) > 0)
    assert.equal(metrics.get('switchback_places_limit{route="main",kind="requests"}'), 16)
  } finally {
    await release()
  }
  await gateway.child.until(/"event":"shedding-ended"/)
  assert.deepEqual([await percentOf(late), await percentOf(other)], [0, 0])
})

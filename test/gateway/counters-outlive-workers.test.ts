import assert from 'node:assert/strict'
import { test } from 'node:test'
import { eventually } from '../fleet/eventually.ts'
import { openRaw } from '../support/conversation.ts'
import { oneRoute } from '../support/gateway.ts'
import { startGatewayProcess } from '../support/gateway-process.ts'
import { startUpstream } from '../support/http.ts'
import { parseAnswer } from '../support/raw.ts'
import { plainRequest } from '../support/requests.ts'

const answered =
  'switchback_request_duration_seconds_count{route="main",variant="v1",status_class="2xx"}'
const limiting = 'switchback_rate_limit_mode{mode="memory"}'

/** Samples that never fall. */
function growing(samples: Map<string, number>): [string, number][] {
  return [...samples].filter(([sample]) => /^\w+_(total|bucket|count|sum)\b/.test(sample))
}

test('when a worker is killed no counter falls, nothing is counted twice, and gauges let go of it', async t => {
  const upstream = await startUpstream(t, 'v1')
  const gateway = await startGatewayProcess(t, {
    ...oneRoute({ v1: upstream.url, policy: 'rateLimit: [{ key: ip, limit: 1000/s }]\n' }),
    'switchback.yaml': `listen: { host: 127.0.0.1, port: 0 }
admin: { port: 0 }
workers: 2
drain: { lingerMs: 0 }
`,
  })
  const [first] = await gateway.workerPids(2)
  /** One connection each, so that both workers have some. */
  async function ask(times: number): Promise<void> {
    for (let i = 0; i < times; i++) {
      const { status } = parseAnswer(await openRaw(t, gateway.port, plainRequest('/')).ended())
      assert.equal(status, 200)
    }
  }
  const whenCounted = (count: number) =>
    eventually(async () => {
      const samples = await gateway.metrics()
      assert.ok((samples.get(answered) ?? 0) <= count, 'nothing is counted twice')
      return samples.get(answered) === count && samples
    })

  await ask(20)
  const before = await whenCounted(20)
  assert.equal(before.get(limiting), 2)
  process.kill(first as number, 'SIGKILL')
  await gateway.child.until(/"event":"lost"/)
  const without = await gateway.metrics()
  assert.equal(without.get(answered), 20)
  for (const [sample, value] of growing(before)) {
    assert.ok((without.get(sample) ?? 0) >= value, `${sample} fell from ${value}`)
  }
  await gateway.workerPids(3)
  await ask(20)
  const after = await whenCounted(40)
  for (const [sample, value] of growing(without)) {
    assert.ok((after.get(sample) ?? 0) >= value, `${sample} fell from ${value}`)
  }
  assert.equal(after.get(limiting), 2)
  assert.equal(after.get('switchback_worker_deaths_total{reason="ended"}'), 1)
})

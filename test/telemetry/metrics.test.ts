import assert from 'node:assert/strict'
import { test } from 'node:test'
import { createMetrics } from '../../src/telemetry/metrics.ts'

type Metrics = ReturnType<typeof createMetrics>

/** Samples of /metrics by name and labels. */
async function read(metrics: Metrics): Promise<Map<string, number>> {
  const lines = (await metrics.registry.metrics()).split('\n')
  const samples = lines.filter(line => line !== '' && !line.startsWith('#'))
  return new Map(
    samples.map(line => {
      const end = line.lastIndexOf(' ')
      return [line.slice(0, end), Number(line.slice(end + 1))] as const
    }),
  )
}

test('durations are a cumulative histogram whose bounds belong to their bucket', async () => {
  const metrics = createMetrics()
  const route = metrics.forRoute('match')
  for (const seconds of [0.005, 0.0051, 0.2, 31]) route.answered('v2', 204, seconds)
  const samples = await read(metrics)
  const labels = 'route="match",variant="v2",status_class="2xx"'
  const bucket = (bound: string) =>
    samples.get(`switchback_request_duration_seconds_bucket{le="${bound}",${labels}}`)
  assert.deepEqual(['0.005', '0.01', '0.15', '0.2', '30', '+Inf'].map(bucket), [1, 2, 2, 3, 3, 4])
  assert.equal(samples.get(`switchback_request_duration_seconds_count{${labels}}`), 4)
  assert.equal(samples.get(`switchback_request_duration_seconds_sum{${labels}}`), 31.2101)
})

test('an upstream that gave no answer is a class of its own, and each class has its series', async () => {
  const metrics = createMetrics()
  const route = metrics.forRoute('match')
  for (const status of [0, 200, 301, 404, 500, 503]) route.answered('v1', status, 0.1)
  const samples = await read(metrics)
  const count = (status: string) =>
    samples.get(
      `switchback_request_duration_seconds_count{route="match",variant="v1",status_class="${status}"}`,
    )
  assert.deepEqual(['none', '2xx', '3xx', '4xx', '5xx'].map(count), [1, 1, 1, 1, 2])
})

test('counts are told once, also when read twice, and go on when a reload brings the route again', async () => {
  const metrics = createMetrics()
  const sample = 'switchback_assignments_total{route="match",variant="v2",reason="in-share"}'
  metrics.forRoute('match').assigned('v2', 'in-share')
  assert.equal((await read(metrics)).get(sample), 1)
  assert.equal((await read(metrics)).get(sample), 1)
  const again = metrics.forRoute('match')
  again.assigned('v2', 'in-share')
  again.answered('v2', 200, 1)
  metrics.forRoute('match').answered('v2', 200, 1)
  const samples = await read(metrics)
  assert.equal(samples.get(sample), 2)
  assert.equal(
    samples.get(
      'switchback_request_duration_seconds_count{route="match",variant="v2",status_class="2xx"}',
    ),
    2,
  )
})

test('no label value comes from a client', async () => {
  const metrics = createMetrics()
  const route = metrics.forRoute('match')
  route.assigned('v1', 'flag-off')
  route.answered('v1', 200, 0.1)
  route.refused('unauthenticated')
  route.failed('v2', 'reset')
  route.retried('v2', 1)
  route.aborted('v1')
  const text = await metrics.registry.metrics()
  const labels = new Set(
    [...text.matchAll(/^switchback_\w+\{([^}]*)\}/gm)].flatMap(([, all]) =>
      [...(all as string).matchAll(/(\w+)="/g)].map(([, name]) => name),
    ),
  )
  assert.deepEqual([...labels].sort(), [
    'fault',
    'le',
    'reason',
    'route',
    'status_class',
    'variant',
  ])
})

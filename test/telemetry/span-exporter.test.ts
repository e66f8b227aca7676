import assert from 'node:assert/strict'
import { type TestContext, test } from 'node:test'
import { createSpanExporter, type SpanTarget } from '../../src/telemetry/tracing/exporter.ts'
import type { Span } from '../../src/telemetry/tracing/span.ts'
import { createManualClock } from '../support/manual-clock.ts'
import { startCollector } from '../support/otlp-collector.ts'

/** A real collector, and time that stands still: spans leave when the test says so. */
async function startExporter(t: TestContext, changes: Partial<SpanTarget> = {}) {
  const collector = await startCollector(t)
  const clock = createManualClock()
  const results: string[] = []
  let told = Promise.withResolvers<void>()
  const exporter = createSpanExporter({
    clock,
    chance: () => 1,
    onResult(result, why) {
      results.push(why === '' ? result : `${result}: ${why}`)
      told.resolve()
      told = Promise.withResolvers()
    },
  })
  const target: SpanTarget = {
    url: `${collector.url}/v1/traces`,
    headers: {},
    resource: { 'service.name': 'edge' },
    maxQueued: 512,
    timeoutMs: 5000,
    ...changes,
  }
  exporter.aim(target)

  return {
    collector,
    clock,
    exporter,
    results,
    target,
    add(count: number) {
      for (let n = 0; n < count; n++) exporter.add(spanOf(clock.monotonic()))
    },
    /** Moves time on; resolves once so many posts came to something. */
    async later(milliseconds: number, posts: number): Promise<void> {
      clock.advance(milliseconds)
      while (results.length < posts) await told.promise
      // What follows a post has begun before the test goes on.
      await new Promise(setImmediate)
    },
  }
}

function spanOf(at: number): Span {
  return {
    ...{ traceId: 'a'.repeat(32), spanId: 'b'.repeat(16), parentId: '', parentIsRemote: false },
    ...{ flags: 3, state: '', kind: 'server', name: 'GET', beganAt: at, endedAt: at + 1.5 },
    ...{ attributes: {}, failed: false, link: null },
  }
}

const nothing = { 'queue-full': 0, refused: 0, stopping: 0 }

test('spans leave together after a second, in posts of 256 at most, and keep their order and times', async t => {
  const { exporter, collector, clock, add, later, results } = await startExporter(t)
  const at = BigInt(clock.now()) * 1_000_000n
  add(255)
  clock.advance(10)
  add(2)
  await later(990, 1)
  await later(1000, 2)
  assert.deepEqual(
    collector.posts.map(({ spans }) => spans.length),
    [256, 1],
  )
  const times = collector.spans().map(({ from, to }) => [from, to])
  assert.deepEqual(times[0], [at, at + 1_500_000n])
  assert.deepEqual(times.at(-1), [at + 10_000_000n, at + 11_500_000n])
  assert.deepEqual(results, ['taken', 'taken'])
  assert.deepEqual(exporter.counts(), { exported: 257, dropped: nothing, queued: 0 })
})

test('a full post does not wait for the second to be over', async t => {
  const { collector, add } = await startExporter(t)
  add(256)
  await collector.posted(1)
  assert.equal(collector.spans().length, 256)
})

test('a collector that asks for patience gets the same spans again, later and later', async t => {
  const { exporter, collector, add, later, results } = await startExporter(t)
  const unwell = (status: number, headers = {}) =>
    collector.answers.push(response => response.writeHead(status, headers).end())
  /** What was posted before is there before this request is. */
  const postsByNow = async () => {
    await fetch(collector.url, { method: 'POST' })
    return posts().length
  }
  const posts = () => collector.posts.filter(({ path }) => path === '/v1/traces')
  unwell(503)
  unwell(429, { 'retry-after': '7' })
  unwell(504)
  add(1)
  await later(1000, 1)
  await later(1000, 2)
  // Two seconds by our own measure.
  await later(6000, 2)
  assert.equal(await postsByNow(), 2)
  await later(1000, 3)
  add(1)
  await later(3000, 3)
  assert.equal(await postsByNow(), 3)
  await later(1000, 4)
  assert.deepEqual(results, [
    'again: answered 503',
    'again: answered 429',
    'again: answered 504',
    'taken',
  ])
  assert.deepEqual(exporter.counts(), { exported: 1, dropped: nothing, queued: 1 })
  const [first] = collector.spans()
  assert.deepEqual(
    posts().map(({ spans }) => spans[0]?.spanId),
    Array.from({ length: 4 }, () => first?.spanId),
  )
})

test('a collector that nobody finds, or that does not answer in time, is asked again too', async t => {
  const { exporter, collector, target, add, later, results } = await startExporter(t)
  // Discard: nobody listens, and root alone could.
  exporter.aim({ ...target, url: 'http://127.0.0.1:9/v1/traces' })
  add(1)
  await later(1000, 1)
  assert.match(results[0] ?? '', /^again: /)
  exporter.aim(target)
  collector.answers.push(() => {})
  await later(1000, 1)
  await collector.posted(1)
  await later(5000, 2)
  assert.equal(results[1], 'again: no answer in time')
  await later(2000, 3)
  assert.equal(results[2], 'taken')
})

test('what a collector refuses is dropped and counted, all of a post or a part', async t => {
  const { exporter, collector, add, later, results } = await startExporter(t)
  collector.answers.push(response => response.writeHead(400).end())
  collector.answers.push(response => response.writeHead(307, { location: '/' }).end())
  // ExportTracePartialSuccess: 2 rejected spans, and why.
  const partial = Buffer.from([0x0a, 0x09, 0x08, 0x02, 0x12, 0x05, ...Buffer.from('stale')])
  collector.answers.push(response => response.writeHead(200).end(partial))
  collector.answers.push(response => response.writeHead(200).end('{"partialSuccess":{}}'))
  for (let post = 1; post <= 4; post++) {
    add(3)
    await later(1000, post)
  }
  assert.deepEqual(results, [
    'refused: answered 400',
    'refused: answered 307',
    'refused: stale',
    'taken',
  ])
  assert.deepEqual(exporter.counts(), {
    exported: 4,
    dropped: { ...nothing, refused: 8 },
    queued: 0,
  })
})

test('what the queue has no room for is dropped and counted', async t => {
  const { exporter, collector, add, later } = await startExporter(t, { maxQueued: 300 })
  collector.answers.push(response => response.writeHead(503).end())
  add(10)
  await later(1000, 1)
  add(305)
  assert.deepEqual(exporter.counts(), {
    exported: 0,
    dropped: { ...nothing, 'queue-full': 5 },
    queued: 310,
  })
  await later(1000, 3)
  assert.equal(exporter.counts().exported, 266)
})

test('the end sends what waits, also to a collector that asked for patience before', async t => {
  const { exporter, collector, add, later } = await startExporter(t)
  collector.answers.push(response => response.writeHead(503).end())
  add(1)
  await later(1000, 1)
  add(300)
  await exporter.close()
  assert.deepEqual(
    collector.posts.map(({ spans }) => spans.length),
    [1, 1, 256, 44],
  )
  assert.deepEqual(exporter.counts(), { exported: 301, dropped: nothing, queued: 0 })
})

test('the end waits for a second at most, and counts what is left', async t => {
  const { exporter, collector, clock, add } = await startExporter(t)
  collector.answers.push(() => {})
  add(2)
  const closed = exporter.close()
  await collector.posted(1)
  clock.advance(1000)
  await closed
  assert.deepEqual(exporter.counts(), {
    exported: 0,
    dropped: { ...nothing, stopping: 2 },
    queued: 0,
  })
})

test('nothing is gathered for nobody', async t => {
  const { exporter, add } = await startExporter(t)
  add(2)
  exporter.aim(null)
  add(2)
  assert.equal(exporter.isAimed, false)
  assert.deepEqual(exporter.counts(), {
    exported: 0,
    dropped: { ...nothing, stopping: 2 },
    queued: 0,
  })
})

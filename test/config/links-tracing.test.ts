import assert from 'node:assert/strict'
import { test } from 'node:test'
import { configDir, faultLines, faultsOf, snapshotOf } from './config-dir.ts'

function processFile(tracing: string): Record<string, string> {
  return { 'switchback.yaml': `tracing: ${tracing}\n` }
}

test('tracing is off unless it is written, and has a default for all of it', async t => {
  const off = await snapshotOf(await configDir(t, { 'switchback.yaml': '{}\n' }))
  assert.equal(off.process.tracing, undefined)
  const on = await snapshotOf(await configDir(t, processFile('{}')))
  assert.deepEqual(on.process.tracing, {
    sample: '1%',
    continue: 'anyone',
    headers: {},
    resource: {},
    maxQueuedSpans: 4096,
    timeoutMs: 5000,
  })
})

for (const otlp of [
  'http://127.0.0.1:4318',
  'https://otlp.example.com/tenant-1/',
  'http://[::1]:4318',
]) {
  test(`spans can be sent to ${otlp}`, async t => {
    const { process } = await snapshotOf(await configDir(t, processFile(`{ otlp: "${otlp}" }`)))
    assert.equal(process.tracing?.otlp, otlp)
  })
}

for (const otlp of [
  'https://me:secret@otlp.example.com/',
  'ftp://otlp.example.com/',
  'https://otlp.example.com/?key=secret',
  'https://otlp.example.com/#x',
]) {
  test(`${otlp} is refused`, async t => {
    const faults = await faultsOf(await configDir(t, processFile(`{ otlp: "${otlp}" }`)))
    assert.deepEqual(
      faults.map(({ field, rule }) => [field, rule]),
      [['tracing.otlp', 'an http or https address without user, query and fragment']],
    )
  })
}

/** What is written, and the field that is at fault. */
const refused: readonly (readonly [string, string])[] = [
  ['{ headers: { a: b } }', 'tracing.headers'],
  ['{ maxQueuedSpans: 1000 }', 'tracing.maxQueuedSpans'],
  ['{ timeoutMs: 1000 }', 'tracing.timeoutMs'],
  ['{ resource: { a: b } }', 'tracing.resource'],
  ['{ otlp: "http://a", headers: { Content-Type: text/plain } }', 'tracing.headers.Content-Type'],
  ['{ otlp: "http://a", headers: { "a b": c } }', 'tracing.headers.a b'],
  ['{ otlp: "http://a", headers: { a: "b\\r\\nc: d" } }', 'tracing.headers.a'],
  ['{ otlp: "http://a", resource: { service.name: b } }', 'tracing.resource.service.name'],
  ['{ sample: 1 }', 'tracing.sample'],
  ['{ sample: 101% }', 'tracing.sample'],
  ['{ continue: nobody }', 'tracing.continue'],
]

for (const [written, field] of refused) {
  test(`tracing: ${written} is refused`, async t => {
    const faults = await faultsOf(await configDir(t, processFile(written)))
    assert.deepEqual(
      faults.map(each => each.field),
      [field],
    )
  })
}

for (const written of [
  '{ headers: { authorization: "Bearer hunter2", Host: hunter2 } }',
  '{ headers: "authorization=Bearer hunter2" }',
  '{ headers: ["authorization: Bearer hunter2"] }',
]) {
  test(`what a collector is sent is shown to nobody: ${written}`, async t => {
    const told = (await faultLines(await configDir(t, processFile(written)))).join('\n')
    assert.match(told, /tracing\.headers/)
    assert.doesNotMatch(told, /hunter2/)
  })
}

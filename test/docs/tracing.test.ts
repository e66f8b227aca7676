import assert from 'node:assert/strict'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { test } from 'node:test'
import { createMetrics } from '../../src/telemetry/metrics.ts'
import { configDir, faultLines } from '../config/config-dir.ts'

const root = join(import.meta.dirname, '../..')
const page = await readFile(join(root, 'docs/tracing.md'), 'utf8')

test('what the page writes into files is a configuration', async t => {
  const blocks = [...page.matchAll(/^```yaml process\n# switchback.yaml\n([\s\S]*?)^```/gm)]
  assert.equal(blocks.length, 2)
  for (const [, text = ''] of blocks) {
    const dir = await configDir(t, { 'switchback.yaml': text, 'otlp-token': 'secret\n' })
    assert.deepEqual(await faultLines(dir), [])
  }
})

test('its fields and their defaults are those of the schema', async () => {
  const schema = JSON.parse(await readFile(join(root, 'schemas/switchback.schema.json'), 'utf8'))
  const fields = schema.properties.tracing.properties as Record<string, { default?: unknown }>
  const rows = [...page.matchAll(/^\| `(\w+)` \| (?:`([^`]+)`|(\d+)|none) \|/gm)]
  assert.deepEqual(rows.map(([, name]) => name).toSorted(), Object.keys(fields).toSorted())
  for (const [, name = '', text, number] of rows) {
    const written = fields[name]?.default
    const shown = typeof written === 'object' ? undefined : written
    assert.equal(text ?? (number === undefined ? undefined : Number(number)), shown, name)
  }
})

test('its attributes are those that spans have', async () => {
  const named = new Set([...page.matchAll(/`((?:[a-z]+\.)+[a-z_]+)`/g)].map(([, name]) => name))
  const files = ['server-span', 'client-span', 'span'].map(
    name => `src/telemetry/tracing/${name}.ts`,
  )
  const sources = await Promise.all(
    [...files, 'src/pipeline/attempt-traces.ts'].map(file => readFile(join(root, file), 'utf8')),
  )
  const given = new Set(
    [...sources.join('\n').matchAll(/'((?:[a-z]+\.)+[a-z_]+)'/g)].map(([, name]) => name),
  )
  assert.ok(given.size > 20)
  for (const name of given) assert.ok(named.has(name), `${name} is not on the page`)
  for (const name of named) {
    assert.ok(given.has(name) || /^(service|deployment)\./.test(name ?? ''), `no span has ${name}`)
  }
})

test('its metrics and their reasons are those of the code', async () => {
  const metrics = createMetrics()
  const dropped = { 'queue-full': 0, refused: 0, stopping: 0 }
  metrics.watchSpans(() => ({ exported: 0, dropped, queued: 0 }))
  const text = await metrics.registry.metrics()
  for (const [name] of page.matchAll(/switchback_\w+/g)) assert.ok(text.includes(name), name)
  for (const reason of Object.keys(dropped)) assert.ok(page.includes(`\`${reason}\``), reason)
})

import assert from 'node:assert/strict'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { test } from 'node:test'
import { createMetrics } from '../../src/telemetry/metrics.ts'
import { configDir, snapshotOf } from '../config/config-dir.ts'

const page = await readFile(join(import.meta.dirname, '../../docs/rate-limits.md'), 'utf8')

test('what the page writes is a configuration, with the names that the page uses', async t => {
  const blocks = [...page.matchAll(/^```yaml (\S+)\n([\s\S]*?)^```/gm)]
  assert.equal(blocks.length, 2)
  const files = Object.fromEntries(blocks.map(([, file, text]) => [file, text as string]))
  const { routes } = await snapshotOf(await configDir(t, files))
  const names = routes[0]?.rules.rateLimit.map(({ name }) => name)
  assert.deepEqual(names, ['user 100/s', 'user 20000/h', 'ip+route 1000/s', 'per-tenant'])
})

test('every metric that the page names is one', async () => {
  const text = await createMetrics().registry.metrics()
  const named = [...page.matchAll(/`(switchback_\w+)\{/g)].map(([, name]) => name as string)
  assert.equal(named.length, 3)
  for (const name of named) assert.ok(text.includes(`# HELP ${name} `), name)
})

import assert from 'node:assert/strict'
import { access, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { test } from 'node:test'
import { createControlMetrics } from '../../src/telemetry/control-metrics.ts'
import { createMetrics } from '../../src/telemetry/metrics.ts'

const root = join(import.meta.dirname, '../..')
const page = await readFile(join(root, 'SECURITY.md'), 'utf8')

test('every promise is said somewhere and held by a test that is there', async () => {
  const start = page.indexOf('## What is promised')
  const promises = page
    .slice(start, page.indexOf('## What is not promised'))
    .split('\n')
    .filter(line => line.startsWith('| ') && !line.startsWith('| promise'))
  assert.ok(promises.length > 15)
  for (const promise of promises) assert.match(promise, /\]\(test\//, promise)
  const links = [...page.matchAll(/\]\(([^):#]+)[^)]*\)/g)].map(([, path]) => path as string)
  for (const link of new Set(links)) await access(join(root, link))
})

test('the rows of behaviours that it names are rows', async () => {
  const behaviours = await readFile(join(root, 'docs/behaviours.md'), 'utf8')
  const rows = [...page.matchAll(/\bB\d+\b/g)].map(([row]) => row)
  assert.ok(rows.length > 3)
  for (const row of rows) assert.ok(behaviours.includes(`\n| ${row} |`), row)
})

test('the metrics to be alerted on are counted', async () => {
  const all = await Promise.all([
    createMetrics().registry.metrics(),
    createControlMetrics({ ownProcess: false }).registry.metrics(),
  ])
  const named = [...page.matchAll(/switchback_\w+/g)].map(([name]) => name)
  assert.ok(named.length > 4)
  for (const name of named) assert.ok(all.join('').includes(`# TYPE ${name} `), name)
})

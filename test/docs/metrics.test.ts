import assert from 'node:assert/strict'
import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { test } from 'node:test'
import { withMetrics } from '../../src/telemetry/metrics-page.ts'
import { records } from '../prometheus/asked.ts'
import { registered, registries } from '../prometheus/registered.ts'

const docs = join(import.meta.dirname, '../../docs')
const page = await readFile(join(docs, 'metrics.md'), 'utf8')
const known = await registered()

test('docs/metrics.md is current; `npm run reference` makes it so', async () => {
  assert.equal(page, await withMetrics(page, registries))
})

test('a page without the marks is not written', async () => {
  await assert.rejects(withMetrics('# Metrics', registries), /the page must have/)
})

test('each metric is named as Prometheus wants it, and says what it means', () => {
  for (const { name, type, help, labels } of known.values()) {
    if (!name.startsWith('switchback_')) continue
    assert.match(name, /^switchback_[a-z\d]+(_[a-z\d]+)*$/)
    assert.equal(name.endsWith('_total'), type === 'counter', name)
    assert.doesNotMatch(name, /_by_|_(ms|millis\w*|percent|share|count|sum|bucket)\b/, name)
    assert.match(help, /^[A-Z\d].{15,}\.$/, name)
    for (const label of labels) {
      assert.match(label, /^[a-z]+(_[a-z]+)*$/, name)
      assert.ok(
        !['job', 'instance', 'le'].includes(label),
        `${label} of ${name} is Prometheus' own`,
      )
    }
  }
})

test('every metric that a guide or a runbook names is one', async () => {
  const files = await readdir(docs, { recursive: true })
  const pages = files.filter(file => file.endsWith('.md') && !file.startsWith('adr'))
  assert.ok(pages.length > 40)
  const recorded = new Set(records.map(({ record }) => record))
  for (const file of pages) {
    const text = await readFile(join(docs, file), 'utf8')
    for (const [name] of text.matchAll(/[\w:]*switchback_[\w:]*/g)) {
      // Cookies, and what Unleash is told.
      if (/^switchback_(session|login|impact_(requests|errors|latency))/.test(name)) continue
      const base = name.replace(/_(bucket|count|sum)$/, '')
      // What is looked for in a text, such as all of the shadow.
      const isBeginning = [...known.keys()].some(each => each.startsWith(`${name}_`))
      assert.ok(known.has(base) || recorded.has(name) || isBeginning, `${name} in ${file}`)
    }
  }
})

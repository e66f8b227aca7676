import assert from 'node:assert/strict'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { test } from 'node:test'
import { refusals } from '../../src/errors.ts'
import { mostPercent } from '../../src/limits/shed-step.ts'
import { createMetrics } from '../../src/telemetry/metrics.ts'
import { configDir, faultLines } from '../config/config-dir.ts'

const page = await readFile(join(import.meta.dirname, '../../docs/overload.md'), 'utf8')

test('what the page writes into files is a configuration', async t => {
  const blocks = [...page.matchAll(/^```yaml (\w+)\n# ([\w./]+)[^\n]*\n([\s\S]*?)^```/gm)]
  assert.equal(blocks.length, 3)
  const files = blocks.map(([, kind, file = '', text = '']) => {
    const whole = kind === 'policy' ? `auth: public\n${text}` : text
    return [file, whole] as const
  })
  assert.deepEqual(await faultLines(await configDir(t, Object.fromEntries(files))), [])
})

test('the metrics, the refusals and the most that is shed are those of the code', async () => {
  const metrics = await createMetrics().registry.metrics()
  for (const [name] of page.matchAll(/switchback_\w+/g)) assert.ok(metrics.includes(name), name)
  const words = [...page.matchAll(/503 `([\w-]+)`/g)].map(([, word]) => word as string)
  assert.deepEqual(words, ['route-full', 'overloaded'])
  for (const word of words) assert.equal(refusals[word as keyof typeof refusals].status, 503)
  assert.ok(page.includes(`at most ${mostPercent} %`))
})

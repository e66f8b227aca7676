import assert from 'node:assert/strict'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { test } from 'node:test'
import { refusals } from '../../src/errors.ts'
import { keptRecords } from '../../src/fleet/stores/embedded-audit.ts'
import { keptRecords as keptByRedis } from '../../src/fleet/stores/redis-audit.ts'
import { kindOfHandshake } from '../../src/security/handshake-kinds.ts'
import { mostNamed } from '../../src/security/kind-watch.ts'
import { quietMs } from '../../src/security/step.ts'
import { mostClients } from '../../src/security/tally.ts'
import { mostClients as mostInWindow } from '../../src/security/window.ts'
import { createControlMetrics } from '../../src/telemetry/control-metrics.ts'
import { configDir, faultLines } from '../config/config-dir.ts'
import { defaults } from '../security/detected.ts'

const page = await readFile(join(import.meta.dirname, '../../docs/security-events.md'), 'utf8')

test('the table has every kind with its defaults, and only refusals that there are', () => {
  const rows = [...page.matchAll(/^\| `([\w-]+)` \| (.*) \| (\d+) \| (\d+) \|$/gm)]
  assert.deepEqual(
    rows.map(([, kind, , perClient, inAll]) => [kind, Number(perClient), Number(inAll)]),
    Object.entries(defaults).map(([kind, { perClient, inAll }]) => [kind, perClient, inAll]),
  )
  assert.ok(Object.values(defaults).every(({ withinMs }) => withinMs === 10_000))
  for (const [, , text = ''] of rows) {
    for (const [, word = ''] of text.matchAll(/`([\w-]+)`/g))
      assert.ok(word in refusals || word in kindOfHandshake || word === 'keys-unavailable', word)
  }
})

test('what the page writes into a file is a configuration', async t => {
  const [, text = ''] = /^```yaml process\n([\s\S]*?)^```/m.exec(page) ?? []
  assert.deepEqual(await faultLines(await configDir(t, { 'switchback.yaml': text })), [])
})

test('metrics and bounds are those of the code', async () => {
  const metrics = await createControlMetrics({ ownProcess: false }).registry.metrics()
  const named = [...page.matchAll(/switchback_security\w+/g)].map(([name]) => name)
  assert.ok(named.length >= 3)
  for (const name of named) assert.ok(metrics.includes(`# TYPE ${name} `), name)
  assert.deepEqual([mostClients, mostInWindow, mostNamed, quietMs], [256, 512, 8, 300_000])
  assert.ok(page.includes(`${keptRecords.toLocaleString('en')} entries`))
  assert.ok(page.includes(`Redis ${keptByRedis.toLocaleString('en')}`))
})

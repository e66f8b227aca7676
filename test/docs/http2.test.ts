import assert from 'node:assert/strict'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { test } from 'node:test'
import { createMetrics } from '../../src/telemetry/metrics.ts'
import { configDir, faultLines } from '../config/config-dir.ts'
import { makeCertificate } from '../support/certificates.ts'

const root = join(import.meta.dirname, '../..')
const page = await readFile(join(root, 'docs/http2.md'), 'utf8')

test('what the page writes into files is a configuration', async t => {
  const [, text = ''] = /^```yaml process\n([\s\S]*?)^```/m.exec(page) ?? []
  const { cert, key } = await makeCertificate({ commonName: 'shop', altNames: ['shop.test'] })
  const files = { 'switchback.yaml': text, 'tls/tls.crt': cert, 'tls/tls.key': key }
  assert.deepEqual(await faultLines(await configDir(t, files)), [])
})

test('every reason for the end of a session is on the page, and no other', async () => {
  const source = await readFile(join(root, 'src/ingress/http2/client-session.ts'), 'utf8')
  const [, union = ''] = /^export type SessionEnd =([\s\S]*?)\n\n/m.exec(source) ?? []
  const reasons = [...union.matchAll(/\| '([\w-]+)'/g)].map(([, word]) => word as string)
  assert.equal(reasons.length, 7)
  const table = page.slice(page.indexOf('| reason | |'))
  const told = [...table.matchAll(/^\| `([\w-]+)` \|/gm)].map(([, word]) => word as string)
  assert.deepEqual(told.sort(), reasons.sort())
})

test('the metrics are those of the code', async () => {
  const text = await createMetrics().registry.metrics()
  const named = [...page.matchAll(/`(switchback_\w+)/g)].map(([, name]) => name as string)
  assert.equal(named.length, 4)
  for (const name of named) assert.ok(text.includes(name), name)
})

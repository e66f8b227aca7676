import assert from 'node:assert/strict'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { test } from 'node:test'
import { createControlMetrics } from '../../src/telemetry/control-metrics.ts'
import { createMetrics } from '../../src/telemetry/metrics.ts'
import { configDir, faultLines } from '../config/config-dir.ts'
import { makeAuthority, makeCertificate } from '../support/certificates.ts'
import { revocationList } from '../support/revocation-list.ts'

const root = join(import.meta.dirname, '../..')
const page = await readFile(join(root, 'docs/tls.md'), 'utf8')

test('what the page writes into files is a configuration', async t => {
  const blocks = [...page.matchAll(/^```yaml\n# switchback\.yaml\n([\s\S]*?)^```/gm)]
  assert.equal(blocks.length, 3)
  const { cert, key } = await makeCertificate({ commonName: 'shop', altNames: ['shop.test'] })
  const authority = await makeAuthority('clients')
  for (const [, text = ''] of blocks) {
    const dir = await configDir(t, {
      'switchback.yaml': text,
      ...Object.fromEntries(['tls', 'shop', 'partner'].map(name => [`tls/${name}.crt`, cert])),
      ...Object.fromEntries(['tls', 'shop', 'partner'].map(name => [`tls/${name}.key`, key])),
      'tls/clients-ca.crt': authority.cert,
      'tls/clients.crl': revocationList(authority, []),
    })
    assert.deepEqual(await faultLines(dir), [])
  }
})

test('every reason for a failed handshake is on the page, and no other', async () => {
  const source = await readFile(join(root, 'src/ingress/handshake-failure.ts'), 'utf8')
  const [, union = ''] = /^export type HandshakeFailure =([\s\S]*?)\n\n/m.exec(source) ?? []
  const reasons = [...union.matchAll(/\| '([\w-]+)'/g)].map(([, word]) => word as string)
  assert.ok(reasons.length > 10)
  const table = page.slice(page.indexOf('| reason | |'))
  const told = [...table.matchAll(/^\| `([\w-]+)` \|/gm)].map(([, word]) => word as string)
  assert.deepEqual(told.sort(), reasons.sort())
})

test('the metrics are those of the code', async () => {
  const registries = [
    createMetrics().registry,
    createControlMetrics({ ownProcess: false }).registry,
  ]
  const texts = await Promise.all(registries.map(registry => registry.metrics()))
  for (const [name] of page.matchAll(/switchback_\w+/g))
    assert.ok(texts.join().includes(name), name)
})

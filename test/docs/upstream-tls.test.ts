import assert from 'node:assert/strict'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { test } from 'node:test'
import { createControlMetrics } from '../../src/telemetry/control-metrics.ts'
import { createMetrics } from '../../src/telemetry/metrics.ts'
import { configDir, faultLines, flag } from '../config/config-dir.ts'
import { makeAuthority, makeCertificate } from '../support/certificates.ts'

const root = join(import.meta.dirname, '../..')
const page = await readFile(join(root, 'docs/upstream-tls.md'), 'utf8')

test('what the page writes is a configuration', async t => {
  const blocks = [...page.matchAll(/^```yaml (\S+)\n([\s\S]*?)^```/gm)]
  assert.equal(blocks.length, 2)
  const own = await makeCertificate({ commonName: 'gateway', purpose: 'client' })
  const dir = await configDir(t, {
    ...Object.fromEntries(blocks.map(([, file, text]) => [file, text as string])),
    'flags/search_v2.json': flag({ rollout: '0' }, 'search_v2'),
    'tls/internal-ca.crt': (await makeAuthority('internal')).cert,
    'tls/gateway.crt': own.cert,
    'tls/gateway.key': own.key,
    'secrets/search-v2': 'token\n',
    // The example of these tests goes by the same policy, and has no credential.
    'routes/match.yaml':
      'match: { path: /match }\nv1: { url: "http://127.0.0.1:1", credential: none }\npolicy: careful\n',
  })
  assert.deepEqual(await faultLines(dir), [])
})

test('every reason is on the page, and no other, and the metric is one', async () => {
  const source = await readFile(join(root, 'src/upstream/tls-trouble.ts'), 'utf8')
  const union = /^export type TlsTrouble =([\s\S]*?)\n\n/m.exec(source)?.[1] ?? ''
  const reasons = [...union.matchAll(/\| '([\w-]+)'/g)].map(([, word]) => word)
  assert.ok(reasons.length > 8)
  const table = page.slice(page.indexOf('| reason |'))
  const rows = table.slice(0, table.indexOf('\n\n'))
  assert.deepEqual(
    [...rows.matchAll(/^\| `([\w-]+)` \|/gm)].map(([, word]) => word),
    reasons,
  )
  const metrics =
    (await createMetrics().registry.metrics()) +
    (await createControlMetrics({ ownProcess: false }).registry.metrics())
  for (const [name] of page.matchAll(/switchback_\w+/g)) assert.ok(metrics.includes(name), name)
})

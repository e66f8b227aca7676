import assert from 'node:assert/strict'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { test } from 'node:test'
import { maxTokenBytes } from '../../src/identity/bearer.ts'
import { maxKeySetBytes } from '../../src/identity/fetch-key-set.ts'
import { cooldownSeconds } from '../../src/identity/remote-key-set.ts'
import { createMetrics } from '../../src/telemetry/metrics.ts'
import { configDir, faultLines, snapshotOf } from '../config/config-dir.ts'
import { makeAuthority, makeCertificate } from '../support/certificates.ts'

const root = join(import.meta.dirname, '../..')
const page = await readFile(join(root, 'docs/identity.md'), 'utf8')
const blocks = [...page.matchAll(/^```yaml\n([\s\S]*?)^```/gm)].map(([, text]) => text as string)

/** The words of the closed unions of these files, as they stand in the sources. */
async function words(...files: string[]): Promise<string[]> {
  const texts = await Promise.all(
    files.map(file => readFile(join(root, 'src/identity', file), 'utf8')),
  )
  const unions = texts.flatMap(
    text => /^export type \w+Fault =([\s\S]*?)\n\n/m.exec(text)?.[1] ?? [],
  )
  return [...unions.join('\n').matchAll(/\| '([\w-]+)'/g)].map(([, word]) => word as string)
}

/** What a column of a table names. */
function named(rows: RegExp, column: number): string[] {
  const cells = page
    .split('\n')
    .flatMap(line => (rows.test(line) ? (line.split('|')[column] ?? '') : []))
  return [...cells.join().matchAll(/`([\w-]+)`/g)].map(([, word]) => word as string)
}

test('what the page writes into files is a configuration, and its defaults are the defaults', async t => {
  const policies = blocks.filter(text => text.includes('auth:'))
  assert.equal(policies.length, 3)
  const { cert, key } = await makeCertificate({ commonName: 'gateway' })
  const clients = await makeAuthority('clients')
  for (const policy of policies) {
    const fetched = policy.replace('jwksFile: partner.json', 'jwks: https://partner.example/k')
    const dir = await configDir(t, {
      'policies/careful.yaml': fetched,
      'switchback.yaml':
        'listen: { tls: { certFile: c.pem, keyFile: k.pem, clientCaFile: a.pem } }\n',
      'c.pem': cert,
      'k.pem': key,
      'a.pem': clients.cert,
    })
    assert.deepEqual(await faultLines(dir), [])
  }
  const [process = ''] = blocks.filter(text => text.includes('switchback.yaml'))
  const written = await snapshotOf(await configDir(t, { 'switchback.yaml': process }))
  assert.deepEqual(written.process.jwks, (await snapshotOf(await configDir(t))).process.jwks)
})

test('every reason for a refusal is on the page, and no other', async () => {
  const lacks = ['missing', 'refused', 'expired', 'revoked'].map(why => `certificate-${why}`)
  const reasons = [...lacks, ...(await words('bearer.ts', 'jwt.ts', 'access.ts', 'certified.ts'))]
  assert.ok(reasons.length > 15)
  const told = named(/^\| (4|5)\d\d /, 3)
  assert.deepEqual(told.sort(), [...reasons, 'revoked', 'source-repeated'].sort())
})

test('every result of a fetch is on the page, and no other', async () => {
  const faults = await words('fetch-key-set.ts')
  assert.ok(faults.length > 4)
  const told = named(/jwks_fetches_total/, 2)
  assert.deepEqual(told.sort(), [...faults, 'not-a-key-set', 'new-keys', 'same-keys'].sort())
})

test('the metrics and the numbers are those of the code', async () => {
  const metrics = await createMetrics().registry.metrics()
  for (const [name] of page.matchAll(/switchback_\w+/g)) assert.ok(metrics.includes(name), name)
  assert.ok(page.includes(`began ${cooldownSeconds} s ago`))
  assert.ok(page.includes(`at most ${maxKeySetBytes / 1024} KiB`))
  assert.ok(page.includes(`at most ${maxTokenBytes / 1024} KiB`))
})

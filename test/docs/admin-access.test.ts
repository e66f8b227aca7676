import assert from 'node:assert/strict'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { test } from 'node:test'
import { attemptRate } from '../../src/admin/attempts.ts'
import { maxLogins, maxLoginsOfNetwork } from '../../src/admin/session/pending-logins.ts'
import { maxSessions, maxSessionsOfOne } from '../../src/admin/session/sessions.ts'
import { exitCodes } from '../../src/cli/exit-codes.ts'
import { createControlMetrics } from '../../src/telemetry/control-metrics.ts'
import { configDir, faultLines } from '../config/config-dir.ts'
import { makeCertificate } from '../support/certificates.ts'

const root = join(import.meta.dirname, '../..')
const page = await readFile(join(root, 'docs/admin-access.md'), 'utf8')

/** The words of the closed unions of these files, as they stand in the sources. */
async function words(...files: string[]): Promise<string[]> {
  const texts = await Promise.all(files.map(file => readFile(join(root, 'src', file), 'utf8')))
  const unions = texts.flatMap(
    text =>
      /^export type (?:Bearer|Token|Csrf|Provider|Admin)Fault =([\s\S]*?)\n\n/m.exec(text)?.[1] ??
      [],
  )
  return [...unions.join('\n').matchAll(/\| '([\w-]+)'/g)].map(([, word]) => word as string)
}

test('what the page writes into switchback.yaml is allowed', async t => {
  const blocks = [...page.matchAll(/^```yaml\n([\s\S]*?)^```/gm)].map(([, block = '']) => block)
  const ours = blocks.filter(block => block.includes('admin:'))
  assert.equal(ours.length, 3)
  const { cert, key } = await makeCertificate({ commonName: 'gateway.test' })
  for (const block of ours) {
    const dir = await configDir(t, {
      // biome-ignore lint/suspicious/noTemplateCurlyInString: the forms that operators write
      'switchback.yaml': block.replace('${OIDC_CLIENT_SECRET}', '${file:secret}'),
      ...{ secret: 'of the client', 'tls/admin.pem': cert, 'tls/admin-key.pem': key },
    })
    assert.deepEqual(await faultLines(dir), [], block)
  }
})

test('every reason for a refusal is on the page, and no other', async () => {
  const ours = ['admin/session/csrf.ts', 'admin/session/oidc-provider.ts', 'admin/who-asks.ts']
  const reasons = await words('identity/bearer.ts', 'identity/jwt.ts', ...ours)
  assert.ok(reasons.length > 18)
  const cells = page
    .split('\n')
    .flatMap(line => (/^\| [45]\d\d /.test(line) ? (line.split('|')[3] ?? '') : []))
  const told = [...cells.join().matchAll(/`([\w-]+)`/g)].map(([, word]) => word as string)
  assert.deepEqual(told.sort(), reasons.sort())
})

test('the metric and the numbers are those of the code', async () => {
  const metrics = await createControlMetrics({ ownProcess: false }).registry.metrics()
  // The cookie is no metric.
  for (const [name] of page.matchAll(/switchback_(?!(?:session|login)\b)\w+/g))
    assert.ok(metrics.includes(name), name)
  const { burst, limit, periodMs } = attemptRate
  assert.ok(page.includes(`${burst} at once, ${limit} a minute`))
  assert.equal(periodMs, 60_000)
  assert.ok(
    page.includes(`${maxLogins} logins are under way, ${maxLoginsOfNetwork} of one address`),
  )
  assert.ok(page.includes(`more than ${maxSessions}, or more than ${maxSessionsOfOne} of one name`))
  assert.ok(page.includes(`exit code ${exitCodes.denied}`))
})

import assert from 'node:assert/strict'
import { type TestContext, test } from 'node:test'
import { type ConfigChange, configChanges } from '../../src/config/changes.ts'
import { loadConfig } from '../../src/config/load.ts'
import { configDir, flagFile } from '../support/gateway.ts'

const route = 'match: { path: /a }\nv1: { url: "http://127.0.0.1:1" }\npolicy: open\n'
const plain = { 'routes/a.yaml': route, 'policies/open.yaml': 'auth: public\n' }

async function documentsOf(t: TestContext, files: Record<string, string>) {
  const loaded = await loadConfig({
    dir: await configDir(t, files),
    env: { S: 's'.repeat(32), T: 't'.repeat(32) },
  })
  assert.ok(loaded.ok, JSON.stringify(loaded))
  return loaded.documents
}

/** `before` and `after` are laid over `plain`. */
async function changesOf(
  t: TestContext,
  before: Record<string, string>,
  after: Record<string, string>,
) {
  return configChanges(
    await documentsOf(t, { ...plain, ...before }),
    await documentsOf(t, { ...plain, ...after }),
  )
}

const inWords = ({ file, line, field, what, before, after }: ConfigChange) =>
  `${file}:${line} ${field} ${what} ${before} → ${after}`

async function said(t: TestContext, before: Record<string, string>, after: Record<string, string>) {
  return (await changesOf(t, before, after)).map(inWords)
}

test('a field is told with its place in the new file, before and after', async t => {
  const policy = (timeouts: string) => ({ 'policies/open.yaml': `auth: public\n${timeouts}` })
  assert.deepEqual(await said(t, {}, policy('timeouts:\n  connectMs: 5\n')), [
    'policies/open.yaml:3 timeouts.connectMs changed 2000 → 5',
  ])
  assert.deepEqual(await said(t, policy('breaker: { errorRate: 5% }\n'), {}), [
    'policies/open.yaml:2 breaker removed {"errorRate":"5%"} → null',
  ])
})

test('a default that is written out, a comment and another order of keys are no change', async t => {
  const after = { 'policies/open.yaml': '# who\nmaxInFlight: 0\nauth: public\n' }
  assert.deepEqual(await said(t, {}, after), [])
})

test('files that only one of them has are told as a whole', async t => {
  assert.deepEqual(
    await said(
      t,
      { 'routes/b.yaml': route.replace('/a', '/b') },
      { 'flags/f.json': flagFile('f', 1) },
    ),
    ['routes/b.yaml:1  removed null → null', 'flags/f.json:1  added null → null'],
  )
})

test('in a list what both have is passed over, wherever it stands', async t => {
  const limits = (...lines: string[]) => ({
    'policies/open.yaml': `auth: public\nrateLimit:\n${lines.map(line => `  - ${line}\n`).join('')}`,
  })
  const [one, two] = ['{ name: one, key: ip, limit: 1/s }', '{ name: two, key: route, limit: 2/s }']
  assert.deepEqual(await said(t, limits(one, two), limits(two)), [
    'policies/open.yaml:3 rateLimit[0] removed {"name":"one","key":"ip","limit":"1/s"} → null',
  ])
  assert.deepEqual(await said(t, limits(two), limits(one, two.replace('2/s', '3/s'))), [
    'policies/open.yaml:3 rateLimit[0].name changed "two" → "one"',
    'policies/open.yaml:3 rateLimit[0].key changed "route" → "ip"',
    'policies/open.yaml:3 rateLimit[0].limit changed "2/s" → "1/s"',
    'policies/open.yaml:4 rateLimit[1] added null → {"name":"two","key":"route","limit":"3/s"}',
  ])
  const [order] = await said(t, limits(one, two), limits(two, one))
  assert.match(
    order ?? '',
    /^policies\/open\.yaml:3 rateLimit changed \[\{"name":"one".* → \[\{"name":"two"/,
  )
})

test('a secret that changes is told, and stays one', async t => {
  const secret = (text: string) => ({ 'switchback.yaml': `cookieSecret: ${text}\n` })
  // biome-ignore lint/suspicious/noTemplateCurlyInString: the form that operators write
  const both = [secret('${S}'), secret('${T}')] as const
  assert.deepEqual(await said(t, ...both), ['switchback.yaml:1 cookieSecret changed "***" → "***"'])
})

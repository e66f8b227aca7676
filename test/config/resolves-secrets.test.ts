// biome-ignore-all lint/suspicious/noTemplateCurlyInString: the form that operators write
import assert from 'node:assert/strict'
import { join } from 'node:path'
import { test } from 'node:test'
import { check } from '../../src/cli/check.ts'
import { configDir, faultLines, faultsOf, put, snapshotOf } from './config-dir.ts'

const unleash = (token: string) =>
  `unleash: { url: http://127.0.0.1:4242/api, token: '${token}' }\n`

test('a secret comes from the environment or from a file, also as a part of a text', async t => {
  const dir = await configDir(t, { 'switchback.yaml': unleash('${A}:${file:run/token}.${A}') })
  await put(dir, 'run/token', 'from-file\n')
  const { process } = await snapshotOf(dir, { A: 'from-env' })
  assert.equal(process.unleash?.token, 'from-env:from-file.from-env')
  await put(dir, 'switchback.yaml', unleash(`\${file:${join(dir, 'run/token')}}`))
  assert.equal((await snapshotOf(dir)).process.unleash?.token, 'from-file')
})

test('$${ is a literal ${, and a value is not looked into again', async t => {
  const dir = await configDir(t, { 'switchback.yaml': unleash('$${A} ${A} $ {} }') })
  const { process } = await snapshotOf(dir, { A: '${B}' })
  assert.equal(process.unleash?.token, '${A} ${B} $ {} }')
})

test('a missing variable, an unreadable file and a malformed reference are faults where they stand', async t => {
  const dir = await configDir(t, {
    'switchback.yaml': [
      'name: ${NAME}',
      'trustedProxies:',
      '  - 10.0.0.1',
      '  - ${PROXY',
      'unleash:',
      '  url: http://127.0.0.1:4242/api',
      '  token: ${file:run/none}',
    ].join('\n'),
  })
  assert.deepEqual(await faultLines(dir), [
    'switchback.yaml:1:7 name must be ${NAME} with NAME set in the environment, received nothing',
    'switchback.yaml:4:5 trustedProxies[1] must be ${NAME}, ${file:/path}, or $${ for a literal ${, received another form',
    'switchback.yaml:7:10 unleash.token must be ${file:run/none} with a readable file behind it, received no such file',
  ])
})

test('no fault shows a secret, resolved or written out', async t => {
  const secret = 'hunter2'
  const dir = await configDir(t, {
    'switchback.yaml': [
      'name: "${S} is no token"',
      'listen: { port: "${S}", tls: { certFile: "${S}", keyFile: "/x/${S}" } }',
      'trustedProxies: ["${S}"]',
      'cookieSecret: hunter2',
      'log: { level: "${S}" }',
      'limts: { a: "${S}" }',
    ].join('\n'),
    'routes/match.yaml':
      'match: { path: "/${S}/", host: "${S}/" }\nv1: { url: "http://${S}/x" }\nv2: "${S}"\nflag: "${S}"\npolicy: "${S}"\n',
  })
  const faults = await faultsOf(dir, { S: secret })
  assert.equal(faults.length, 14)
  assert(!JSON.stringify(faults).includes(secret))
  const lines: string[] = []
  assert.equal(await check({ dir, env: { S: secret }, out: line => lines.push(line) }), 1)
  assert.equal(lines.length, 15)
  assert(!lines.join('\n').includes(secret))
})

test('what is a secret by its field is never shown, even written out', async t => {
  const dir = await configDir(t, {
    'switchback.yaml': [
      'cookieSecret: written-out',
      'unleash: { url: "http://u", token: [written-out], admin: { url: "http://u", token: [written-out] } }',
      'webhooks: [{ url: "http://w", secret: written-out }]',
      'admin: { tokens: [{ name: a, role: viewer, sha256: written-out }, sbadm-written-out, { name: b, role: viewer, sha256: 7777 }], oidc: { login: { clientSecret: [written-out] } } }',
    ].join('\n'),
    'routes/a.yaml':
      'match: { path: / }\nv1: { url: "http://u", credential: written-out }\nv2: { url: "http://u", credential: [written-out] }\npolicy: p\n',
    'policies/p.yaml':
      'auth: public\nshadow: { share: 1%, credentials: { header: a, value: " written-out" } }\n',
  })
  const faults = await faultsOf(dir, {})
  const fields = faults.map(({ field }) => field)
  for (const field of [
    'cookieSecret',
    'unleash.token',
    'unleash.admin.token',
    'webhooks[0].secret',
    'admin.tokens[0].sha256',
    'admin.tokens[1]',
    'admin.tokens[2].sha256',
    'admin.oidc.login.clientSecret',
    'v1.credential',
    'v2.credential',
    'shadow.credentials.value',
  ])
    assert.ok(fields.includes(field), `${field} is among ${fields}`)
  assert.doesNotMatch(JSON.stringify(faults), /written-out|7777/)
})

test('a token that no header can carry is refused where it stands, as is a user in an address', async t => {
  const dir = await configDir(t, {
    'switchback.yaml':
      'unleash: { url: "http://me:hunter2@u/api", token: "${A}", admin: { url: "http://me:hunter2@u/api/admin", token: "${A}" } }\n',
  })
  const faults = await faultsOf(dir, { A: 'hunter2\nhunter2' })
  assert.deepEqual(
    faults.map(({ field, rule }) => [field, rule]),
    [
      ['unleash.url', 'an http or https address without user and query'],
      ['unleash.token', 'printable ASCII without space at its ends'],
      ['unleash.admin.url', 'an http or https address without user and query'],
      ['unleash.admin.token', 'printable ASCII without space at its ends'],
    ],
  )
})

test('the version is the same whatever the secret', async t => {
  const dir = await configDir(t, { 'switchback.yaml': unleash('${A}') })
  const one = await snapshotOf(dir, { A: '1' })
  const two = await snapshotOf(dir, { A: '2' })
  assert.equal(one.version, two.version)
  assert.notEqual(one.process.unleash?.token, two.process.unleash?.token)
})

test('flags are Unleash exports, in which ${ means nothing', async t => {
  const text = JSON.stringify({ name: 'f', description: '${X}', enabled: true, strategies: [] })
  const { flags } = await snapshotOf(await configDir(t, { 'flags/f.json': text }))
  assert.equal(flags.find(({ name }) => name === 'f')?.description, '${X}')
})

import assert from 'node:assert/strict'
import { rm } from 'node:fs/promises'
import { join } from 'node:path'
import { test } from 'node:test'
import { loadConfig } from '../../src/config/load.ts'
import { makeCertificate } from '../support/certificates.ts'
import { configDir, flag, put, snapshotOf } from './config-dir.ts'
import { goodKeySet, jwk, keySet, rsa } from './key-material.ts'

const root = join(import.meta.dirname, '..', '..')

test('the configuration that ships with the project is valid', async () => {
  const { routes, flags, process } = await snapshotOf(root)
  assert.equal(process.listen.port, 8080)
  assert.deepEqual(
    routes.map(({ name, v1, v2, rules }) => [name, v1.url, v2?.url, rules.auth]),
    [['match', 'http://127.0.0.1:5062', 'http://127.0.0.1:5070', 'public']],
  )
  assert.deepEqual(
    flags.map(({ strategies }) => strategies.map(({ parameters }) => parameters?.rollout)),
    [['10', '100', '50', '0']],
  )
})

test('without switchback.yaml, or with an empty one, every default is there', async t => {
  const dir = await configDir(t)
  const { process } = await snapshotOf(dir)
  assert.equal(process.name, 'switchback')
  assert.equal(process.listen.port, 8080)
  assert.equal(process.admin.host, '127.0.0.1')
  assert.equal(process.limits.maxHeaderCount, 100)
  assert.equal(process.upstream.client, 'http1')
  assert.equal(process.drain.graceMs, 8000)
  assert.equal(process.log.level, 'info')
  assert.equal(process.unleash, undefined)
  await put(dir, 'switchback.yaml', '# nothing yet\n')
  assert.deepEqual((await snapshotOf(dir)).process, process)
})

test('defaults reach into groups, lists and the JWT of a policy', async t => {
  const dir = await configDir(t, {
    'policies/careful.yaml':
      'auth: { issuer: a, audience: b, jwksFile: keys.json }\ntimeouts: { connectMs: 5 }\n',
    'keys.json': goodKeySet,
  })
  const [route] = (await snapshotOf(dir)).routes
  assert.deepEqual(route?.stickyKey, ['user', 'cookie'])
  assert.deepEqual(route?.properties, {})
  assert.equal(route?.v1.hostHeader, 'preserve')
  assert.equal(route?.rules.timeouts.connectMs, 5)
  assert.equal(route?.rules.timeouts.headersMs, 30000)
  assert.equal(route?.rules.retry.budgetPercent, 20)
  assert(route?.rules.auth !== 'public')
  assert.deepEqual(route?.rules.auth.issuers[0]?.algorithms, ['RS256'])
})

test('file names in the configuration become absolute', async t => {
  const { cert, key } = await makeCertificate({ commonName: 'localhost' })
  const dir = await configDir(t, {
    'switchback.yaml':
      'listen: { tls: { certFile: tls/cert.pem, keyFile: tls/key.pem } }\nunleash: { url: "http://127.0.0.1:4242/api", token: t }\n',
    'tls/cert.pem': cert,
    'tls/key.pem': key,
    'tls/ca.pem': cert,
    'tls/keys.json': goodKeySet,
    'policies/careful.yaml': 'auth: { issuer: a, audience: b, jwksFile: tls/keys.json }\n',
    'routes/match.yaml':
      'match: { path: / }\nv1: { url: "https://127.0.0.1:1", tls: { caFile: tls/ca.pem } }\npolicy: careful\n',
  })
  const { process, routes } = await snapshotOf(dir)
  assert.equal(process.listen.tls?.certFile, join(dir, 'tls/cert.pem'))
  assert.equal(process.listen.tls?.keyFile, join(dir, 'tls/key.pem'))
  assert.equal(process.unleash?.backupDir, join(dir, '.switchback'))
  assert.equal(routes[0]?.v1.tls?.ca, cert)
  assert(routes[0]?.rules.auth !== 'public')
  assert.deepEqual(routes[0]?.rules.auth.issuers[0]?.keys, { file: join(dir, 'tls/keys.json') })
})

test('the snapshot is frozen through and through', async t => {
  const snapshot = await snapshotOf(await configDir(t))
  const visit = (value: unknown): void => {
    if (typeof value !== 'object' || value === null) return
    assert(Object.isFrozen(value), JSON.stringify(value))
    Object.values(value).forEach(visit)
  }
  visit(snapshot)
})

test('the version follows the files as written and the key sets they name', async t => {
  const dir = await configDir(t, {
    'policies/careful.yaml': 'auth: { issuer: a, audience: b, jwksFile: keys.json }\n',
    'keys.json': goodKeySet,
  })
  const version = async () => (await snapshotOf(dir)).version
  const first = await version()
  assert.match(first, /^[0-9a-f]{12}$/)
  assert.equal(await version(), first)
  await put(dir, 'keys.json', keySet(jwk(rsa.publicKey, { kid: '2' })))
  const second = await version()
  assert.notEqual(second, first)
  await put(dir, 'flags/v2_migration.json', flag({ rollout: '11' }))
  assert.notEqual(await version(), second)
})

test('the files that a configuration names are listed, be it good or bad, and count in its version', async t => {
  const { cert, key } = await makeCertificate({ commonName: 'localhost' })
  const dir = await configDir(t, {
    'switchback.yaml':
      // biome-ignore lint/suspicious/noTemplateCurlyInString: the form that operators write
      'listen: { tls: { certFile: cert.pem, keyFile: key.pem } }\ncookieSecret: "${file:secret}"\n',
    'cert.pem': cert,
    'key.pem': key,
    secret: 'secret'.repeat(6),
  })
  const named = ['secret', 'cert.pem', 'key.pem'].map(file => join(dir, file))
  const good = await loadConfig({ dir, env: {} })
  assert.deepEqual(good.files, named)
  await put(dir, 'key.pem', `${key}\n`)
  const touched = await loadConfig({ dir, env: {} })
  assert(good.ok && touched.ok)
  assert.notEqual(touched.snapshot.version, good.snapshot.version)

  await rm(join(dir, 'key.pem'))
  await rm(join(dir, 'secret'))
  const bad = await loadConfig({ dir, env: {} })
  assert(!bad.ok)
  assert.deepEqual(bad.files, named)
})

import assert from 'node:assert/strict'
import { once } from 'node:events'
import { readdir } from 'node:fs/promises'
import { createServer } from 'node:net'
import { after, test } from 'node:test'
import type { CheckName, Finding } from '../../src/cli/doctor/judgement.ts'
import { createIssuer } from '../identity/issuer.ts'
import { makeAuthority, makeCertificate } from '../support/certificates.ts'
import { freePort } from '../support/free-port.ts'
import { configDir, oneRoute, startGateway } from '../support/gateway.ts'
import { startUpstream } from '../support/http.ts'
import { startRedis } from '../support/redis-server.ts'
import { startTlsUpstream } from '../support/tls-upstream.ts'
import { runProgram } from './run-program.ts'

const redis = await startRedis({ after }, ['requirepass secret'])
const authority = await makeAuthority('house')
const good = await makeCertificate({
  commonName: 'good',
  altNames: ['a.example', '127.0.0.1'],
  notAfter: new Date(Date.now() + 90 * 86_400_000),
  ca: authority,
})

/** What the machine that runs the tests has is its own affair. */
const ofMachine: readonly CheckName[] = ['node', 'open-files', 'memory', 'processors']

/** However slow the machine is. */
const patient = ['--timeout', '2m']

async function examine(dir: string) {
  const { code, out, error } = await runProgram({}, 'doctor', '-c', dir, '--json', ...patient)
  assert.equal(error, '')
  const { ok, findings } = JSON.parse(out) as { ok: boolean; findings: Finding[] }
  assert.equal(ok, code === 0)
  const of = (check: CheckName, state?: string) =>
    findings.filter(each => each.check === check && (state === undefined || each.state === state))
  return { code, findings: findings.filter(({ check }) => !ofMachine.includes(check)), of }
}

/** A configuration in which everything is asked: TLS, keys, Redis, V1 in the clear and V2 by TLS. */
function everything(places: {
  readonly v1: string
  readonly v2: string
  readonly jwks: string
  readonly password: string
  readonly port: number
  readonly host: string
  readonly cert: typeof good
}): Record<string, string> {
  const { v1, v2, jwks, password, port, host, cert } = places
  return {
    'switchback.yaml': `
listen: { host: 127.0.0.1, port: ${port}, tls: { certFile: cert.pem, keyFile: key.pem } }
admin: { port: 0 }
store: { redis: "redis://:${password}@127.0.0.1:${redis.port}", timeoutMs: 10000, limitsTimeoutMs: 1000 }
`,
    'routes/main.yaml': `
match: { host: ${host}, path: / }
v1: { url: "${v1}", health: { path: /health } }
v2: { url: "${v2}", tls: { caFile: ca.pem } }
flag: v2
policy: tokens
`,
    'policies/tokens.yaml': `auth: { issuer: a, audience: b, jwks: "${jwks}", algorithms: [ES256] }\n`,
    'flags/v2.json': '{ "name": "v2", "enabled": false, "strategies": [] }',
    'cert.pem': cert.cert,
    'key.pem': cert.key,
    'ca.pem': authority.cert,
  }
}

test('where everything is in order it says so, and leaves nothing behind', async t => {
  const { jwks } = await createIssuer('ES256', 'key-1')
  const keys = await startUpstream(t, 'keys', (_, response) => response.end(JSON.stringify(jwks)))
  const v1 = await startUpstream(t, 'v1')
  const v2 = await startTlsUpstream(t, good)
  const places = { v1: v1.url, v2: v2.url, jwks: keys.url, password: 'secret', cert: good }
  const files = everything({ ...places, port: 0, host: 'a.example' })
  const dir = await configDir(t, files)
  const before = await readdir(dir)
  const { code, findings, of } = await examine(dir)
  const troubles = findings.filter(({ state }) => state === 'warning' || state === 'problem')
  assert.deepEqual(troubles, [])
  assert.equal(code, 0)
  assert.match(of('redis')[0]?.found ?? '', /^\d+\.\d+\.\d+, answers in [\d.]+ ms$/)
  assert.match(of('upstream')[0]?.found ?? '', / answers 200 in \d+ ms$/)
  assert.match(of('upstream')[1]?.found ?? '', / connects in \d+ ms, certificate good for 89 days$/)
  assert.equal(of('key-set')[0]?.found, 'keys for ES256')
  assert.match(of('clock')[0]?.found ?? '', /^as Redis has it/)
  assert.deepEqual(
    findings.filter(({ state }) => state === 'skipped').map(({ check }) => check),
    ['unleash'],
  )
  assert.deepEqual(await readdir(dir), before)
})

test('each thing that is wrong is found, with what to do next', async t => {
  const taken = createServer().listen(0, '127.0.0.1')
  await once(taken, 'listening')
  t.after(() => taken.close())
  const { port } = taken.address() as { port: number }
  const keys = await startUpstream(t, 'keys', (_, response) =>
    response.writeHead(302, { location: '/elsewhere' }).end(),
  )
  const stranger = await makeCertificate({ commonName: 'stranger', altNames: ['127.0.0.1'] })
  const v2 = await startTlsUpstream(t, stranger)
  const expired = await makeCertificate({
    commonName: 'expired',
    altNames: ['a.example'],
    notAfter: new Date(Date.now() - 86_400_000),
  })
  const dir = await configDir(t, {
    ...everything({
      v1: `http://127.0.0.1:${await freePort()}`,
      v2: v2.url,
      jwks: keys.url,
      password: 'another',
      port,
      host: 'b.example',
      cert: expired,
    }),
    // A file where a directory should be.
    '.switchback': '',
  })
  const { code, findings, of } = await examine(dir)
  assert.equal(code, 1)
  const found = (check: CheckName) =>
    of(check, 'problem').map(({ subject, found, next }) => `${subject}: ${found}; ${next}`)
  const expectations: [CheckName, RegExp][] = [
    ['redis', new RegExp(`^127.0.0.1:${redis.port}: WRONGPASS .*; put its user and password into`)],
    ['port', new RegExp(`^listen 127.0.0.1:${port}: held by another program; .*listen\\.port`)],
    ['upstream', /^main v1: http\S+ cannot be reached: ECONNREFUSED; start it/],
    ['key-set', /^http\S+: redirected; name the address that it leads to/],
    ['directory', /^store\.dir \S+: cannot be written to: ENOTDIR; /],
    ['certificate', /^listen \S+cert\.pem: expired on \d{4}-\d\d-\d\d; have it renewed/],
  ]
  for (const [check, expected] of expectations) assert.match(found(check)[0] ?? '', expected)
  assert.match(found('upstream')[1] ?? '', /^main v2: .* TLS: self-signed; .*tls\.caFile/)
  assert.match(of('certificate', 'warning')[0]?.found ?? '', /no certificate is for b\.example/)
  for (const { state, next } of findings) {
    assert.equal(next !== null, state === 'problem' || state === 'warning')
  }
})

test('ports that a running Switchback has are in order', async t => {
  const v1 = await startUpstream(t, 'v1')
  const [port, adminPort] = [await freePort(), await freePort()]
  const gateway = await startGateway(t, {
    ...oneRoute({ v1: v1.url }),
    'switchback.yaml': `listen: { host: 127.0.0.1, port: ${port} }\nadmin: { port: ${adminPort} }\ndrain: { lingerMs: 0 }\n`,
  })
  const { code, of } = await examine(gateway.dir)
  assert.equal(code, 0)
  const held = `held by the Switchback that answers at ${gateway.adminUrl}`
  assert.deepEqual(
    of('port').map(({ found }) => found),
    [held, held],
  )
})

test('without a configuration the machine is looked at alone, and a broken one is a problem', async t => {
  const empty = await examine(await configDir(t, {}))
  assert.equal(empty.code, 0)
  assert.match(empty.of('configuration', 'warning')[0]?.next ?? '', /switchback demo/)

  const broken = await examine(
    await configDir(t, {
      'routes/a.yaml': 'match: { path: / }\n',
      'policies/b.yaml': 'auth: no\n',
    }),
  )
  assert.equal(broken.code, 1)
  const [fault] = broken.of('configuration', 'problem')
  assert.match(fault?.found ?? '', /^\S+\.yaml:\d+:\d+ .* must be .*, and \d more$/)
  assert.match(fault?.next ?? '', /switchback check/)
})

test('to a person it says the same in lines, with what to do below each', async t => {
  const files = oneRoute({ v1: `http://127.0.0.1:${await freePort()}` })
  const dir = await configDir(t, {
    ...files,
    'switchback.yaml': 'listen: { host: 127.0.0.1, port: 0 }\nadmin: { port: 0 }\n',
  })
  const { code, out } = await runProgram({}, 'doctor', dir, ...patient)
  assert.equal(code, 1)
  assert.match(out, /^PROBLEM {2}upstream +main v1: http\S+ cannot be reached: ECONNREFUSED$/m)
  assert.match(out, /^ +do: start it, or correct its address in the route$/m)
  assert.match(out, /^\d+ ok, \d+ warnings?, 1 problem, \d+ skipped$/m)
})

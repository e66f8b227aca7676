import assert from 'node:assert/strict'
import { test } from 'node:test'
import { makeAuthority, makeCertificate } from '../support/certificates.ts'
import { configDir, faultLines, snapshotOf } from './config-dir.ts'
import { goodKeySet } from './key-material.ts'

const { cert, key } = await makeCertificate({ commonName: 'a' })
const authority = await makeAuthority('clients')

function files(auth: string, clients = ', clientCaFile: ca.pem'): Record<string, string> {
  return {
    'switchback.yaml': `listen: { tls: { certFile: a.pem, keyFile: a.key${clients} } }\n`,
    'a.pem': cert,
    'a.key': key,
    'ca.pem': authority.cert,
    'keys.json': goodKeySet,
    'policies/careful.yaml': `auth: ${auth}\n`,
  }
}

const token = 'issuer: a, audience: b, jwksFile: keys.json'

for (const auth of [
  '{ certificate: { id: cn } }',
  '{ certificate: { id: san-uri, names: [a, b], roles: { a: [reader] } }, allow: [{ roles: [reader] }] }',
  `{ certificate: { id: san-dns }, ${token} }`,
  `{ certificate: { id: san-dns, demand: either, roles: { a: [x] } }, ${token}, cookie: c }`,
  `{ certificate: { id: cn }, issuers: [{ ${token} }] }`,
]) {
  test(`auth: ${auth} is allowed`, async t => {
    assert.deepEqual(await faultLines(await configDir(t, files(auth))), [])
  })
}

const noToken = 'left out, since no token is asked for'

for (const [auth, ...expected] of [
  [
    '{ certificate: { names: [] } }',
    'auth.certificate.id must be present, received nothing',
    'auth.certificate.names must be a list of at least one, received []',
  ],
  [
    '{ certificate: { id: cn, demand: either }, algorithms: [RS256], cookie: c, scopes: [s] }',
    `auth.algorithms must be ${noToken}, received ["RS256"]`,
    `auth.certificate.demand must be ${noToken}, received "either"`,
    `auth.cookie must be ${noToken}, received "c"`,
    `auth.scopes must be ${noToken}, received ["s"]`,
  ],
  [
    `{ certificate: { id: cn, roles: { a: [x] } }, ${token} }`,
    'auth.certificate.roles must be left out, since with demand: both the roles are those of the token, received {"a":["x"]}',
  ],
  [
    '{ certificate: { id: cn, names: [a], roles: { b: [x] } } }',
    'auth.certificate.roles.b must be the roles of one of names, received ["x"]',
  ],
  [
    '{ certificate: { id: cn }, issuer: a }',
    'auth.audience must be present, received nothing',
    'auth.jwks must be present, or jwksFile be given, received nothing',
  ],
] as readonly string[][]) {
  test(`auth: ${auth} is refused in words`, async t => {
    const lines = await faultLines(await configDir(t, files(auth as string)))
    assert.deepEqual(lines.map(line => line.slice(line.indexOf(' ') + 1)).sort(), expected)
  })
}

test('certificates are asked for by the listener first', async t => {
  const rule = 'left out as long as switchback.yaml has no listen.tls.clientCaFile'
  for (const changes of [files('{ certificate: { id: cn } }', ''), { 'switchback.yaml': '{}\n' }]) {
    const all = { ...files('{ certificate: { id: cn } }'), ...changes }
    const [line = '', ...rest] = await faultLines(await configDir(t, all))
    assert.match(line, new RegExp(`^policies/careful.yaml:1:\\d+ auth.certificate must be ${rule}`))
    assert.deepEqual(rest, [])
  }
})

test('the user of a route is the caller of the certificate', async t => {
  const { routes } = await snapshotOf(await configDir(t, files('{ certificate: { id: cn } }')))
  assert.deepEqual(routes[0]?.user, { claim: 'sub' })
  const auth = routes[0]?.rules.auth
  assert.ok(auth !== undefined && auth !== 'public')
  assert.deepEqual(auth.issuers, [])
  assert.deepEqual(auth.certificate, { id: 'cn', names: null, roles: {}, demand: 'alone' })
})

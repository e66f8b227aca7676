import assert from 'node:assert/strict'
import { test } from 'node:test'
import { configDir, faultLines, snapshotOf } from './config-dir.ts'
import { goodKeySet } from './key-material.ts'

function files(auth: string): Record<string, string> {
  return { 'policies/careful.yaml': `auth: ${auth}\n`, 'keys.json': goodKeySet }
}

const one = 'issuer: a, audience: b, jwksFile: keys.json'
const address = 'an https address without user, query and fragment; http on a loopback address only'

for (const [auth, ...expected] of [
  [
    '{ issuer: a, audience: b }',
    'auth.jwks must be present, or jwksFile be given, received nothing',
  ],
  [
    `{ ${one}, jwks: "https://idp.test/keys" }`,
    'auth.jwks must be left out, or jwksFile be, received "https://idp.test/keys"',
  ],
  ...[
    'http://idp.test/keys',
    'https://u:p@idp.test/k',
    'https://idp.test/k?a=b',
    'ftp://idp.test',
    'keys',
  ].map(jwks => [
    `{ issuer: a, audience: b, jwks: "${jwks}" }`,
    `auth.jwks must be ${address}, received ${JSON.stringify(jwks)}`,
  ]),
  ['{ issuers: [] }', 'auth.issuers must be a list of at least one, received []'],
  [
    `{ issuer: a, algorithms: [RS256], issuers: [{ ${one} }] }`,
    'auth.issuer must be left out, since each of issuers has its own, received "a"',
    'auth.algorithms must be left out, since each of issuers has its own, received ["RS256"]',
  ],
  [
    `{ issuers: [{ ${one} }, { issuer: c, audience: b }, { ${one} }] }`,
    'auth.issuers[1].jwks must be present, or jwksFile be given, received nothing',
    'auth.issuers[2].issuer must be another than that of issuers[0], received "a"',
  ],
  [
    '{ issuers: [{ issuer: a, audience: b, jwksFile: none.json }] }',
    'auth.issuers[0].jwksFile must be the path of a readable file, received no such file',
  ],
  [
    `{ issuers: [{ ${one}, algorithms: [EdDSA] }] }`,
    'auth.issuers[0].jwksFile must be a JSON Web Key Set with a public key for EdDSA, received a key of kind RSA',
  ],
  [
    `{ ${one}, forward: { claims: { Authorization: sub, x-a: sub, X-A: sub } } }`,
    'auth.forward.claims.Authorization must be a header that is not of HTTP or the gateway',
    'auth.forward.claims.X-A must be written once only',
  ],
  [
    `{ ${one}, rolesClaim: "a..b" }`,
    'auth.rolesClaim must be the name of a claim, or names with dots, received "a..b"',
  ],
  [`{ ${one}, cookie: "a b" }`, 'auth.cookie must be the name of a cookie, received "a b"'],
  [
    `{ ${one}, allow: [{ methods: [get] }] }`,
    'auth.allow[0].methods[0] must be a method in capitals, received "get"',
  ],
] as readonly string[][]) {
  test(`auth: ${auth} is refused in words`, async t => {
    const lines = await faultLines(await configDir(t, files(auth as string)))
    assert.deepEqual(
      lines.map(line => line.slice(line.indexOf(' ') + 1)),
      expected,
    )
  })
}

for (const jwks of [
  'https://idp.test/keys',
  'http://127.0.0.1:1/keys',
  'http://[::1]:1/',
  'http://localhost/k',
]) {
  test(`keys may come from ${jwks}`, async t => {
    const dir = await configDir(t, files(`{ issuer: a, audience: b, jwks: "${jwks}" }`))
    const [route] = (await snapshotOf(dir)).routes
    assert(route?.rules.auth !== 'public')
    assert.deepEqual(route?.rules.auth.issuers[0]?.keys, { url: jwks })
  })
}

test('several issuers have their own audience, keys and algorithms', async t => {
  const dir = await configDir(
    t,
    files(`
  issuers:
    - { issuer: a, audience: b, jwksFile: keys.json }
    - { issuer: c, audience: d, jwks: "https://idp.test/keys", algorithms: [EdDSA] }`),
  )
  const [route] = (await snapshotOf(dir)).routes
  assert(route?.rules.auth !== 'public')
  assert.deepEqual(route?.rules.auth.issuers, [
    { issuer: 'a', audience: 'b', algorithms: ['RS256'], keys: { file: `${dir}/keys.json` } },
    { issuer: 'c', audience: 'd', algorithms: ['EdDSA'], keys: { url: 'https://idp.test/keys' } },
  ])
})

test('headers that tell of the caller are credentials to a shadow', async t => {
  const auth = `auth: { ${one}, forward: { claims: { X-User-Id: sub } } }\n`
  const dropped = async (shadow: string) => {
    const text = `${auth}shadow: { dropHeaders: [X-Other]${shadow} }\n`
    const dir = await configDir(t, { ...files(''), 'policies/careful.yaml': text })
    return (await snapshotOf(dir)).routes[0]?.rules.shadow?.dropHeaders
  }
  assert.deepEqual(await dropped(''), ['x-other', 'x-user-id'])
  assert.deepEqual(await dropped(', credentials: client'), ['x-other'])
})

test('a route reads no header by which its policy tells upstreams of the caller', async t => {
  const route = `match: { path: /api/match }
v1: { url: "http://127.0.0.1:1" }
policy: careful
user: { header: X-USER-ID }
properties: { tenant: { header: x-tenant }, segment: { header: x-segment } }
`
  const auth = `{ ${one}, forward: { claims: { x-user-id: sub, X-Tenant: org } } }`
  const dir = await configDir(t, { ...files(auth), 'routes/match.yaml': route })
  assert.deepEqual(await faultLines(dir), [
    'routes/match.yaml:4:17 user.header must be another header, or its claim: careful tells upstreams the claim by it, received "X-USER-ID"',
    'routes/match.yaml:5:33 properties.tenant.header must be another header, or its claim: careful tells upstreams the claim by it, received "x-tenant"',
  ])
})

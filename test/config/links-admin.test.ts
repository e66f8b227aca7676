import assert from 'node:assert/strict'
import { test } from 'node:test'
import { adminRule, momentOf } from '../../src/config/admin-rule.ts'
import { makeCertificate } from '../support/certificates.ts'
import { configDir, faultLines, snapshotOf } from './config-dir.ts'
import { goodKeySet } from './key-material.ts'

const hash = 'a'.repeat(64)
const token = `{ name: anna, role: operator, sha256: ${hash} }`
const tls = 'tls: { certFile: cert.pem, keyFile: key.pem }'
const oidc = 'issuer: a, audience: b, jwksFile: keys.json, roles: { viewer: [dev] }'
const oidcAt = oidc.replace('issuer: a', 'issuer: "https://idp.test"')
const name = 'at most 64 letters, digits and . _ @ -, the first of them a letter or digit'
const certificate = await makeCertificate({ commonName: 'a.test' })
const other = await makeCertificate({ commonName: 'b.test' })

const files = {
  'cert.pem': certificate.cert,
  'key.pem': certificate.key,
  'other.pem': other.cert,
  'keys.json': goodKeySet,
}

for (const [admin, ...expected] of [
  [
    '{ host: 10.0.0.5 }',
    'host must be a loopback address while admin has no tls and neither tokens nor oidc, received "10.0.0.5"',
  ],
  [
    `{ host: "::", ${tls} }`,
    'host must be a loopback address while admin has neither tokens nor oidc, received "::"',
  ],
  [
    `{ host: gateway.internal, ${tls}, tokens: [] }`,
    'host must be a loopback address while admin has neither tokens nor oidc, received "gateway.internal"',
  ],
  [
    `{ host: 0.0.0.0, tokens: [${token}] }`,
    'host must be a loopback address while admin has no tls, received "0.0.0.0"',
  ],
  [
    `{ tokens: [${token}, { name: ANNA, role: viewer, sha256: "${'b'.repeat(64)}" }] }`,
    'tokens[1].name must be another than that of tokens[0], received "ANNA"',
  ],
  [
    `{ tokens: [${token}, ${token}] }`,
    'tokens[1].name must be another than that of tokens[0], received "anna"',
    `tokens[1].sha256 must be another than that of tokens[0], received "${hash}"`,
  ],
  [
    '{ tokens: [{ name: "a b", role: root, sha256: abc }] }',
    `tokens[0].name must be ${name}, received "a b"`,
    'tokens[0].role must be one of "viewer", "operator", "approver", received "root"',
    'tokens[0].sha256 must be a SHA-256 in 64 lower-case hex digits, received "***"',
  ],
  [
    `{ tokens: [{ name: anna, role: viewer, sha256: ${hash}, until: 2027-02-30 }] }`,
    'tokens[0].until must be a day such as 2027-01-31, or a moment such as 2027-01-31T18:00:00Z, received "2027-02-30"',
  ],
  [
    '{ oidc: { issuer: a, roles: { viewer: [dev] } } }',
    'oidc.audience must be present, received nothing',
    'oidc.jwks must be present, or jwksFile be given, received nothing',
  ],
  [
    '{ oidc: { issuer: a, audience: b, jwks: "http://idp.test/k", roles: { viewer: [dev] } } }',
    'oidc.jwks must be an https address without user, query and fragment; http on a loopback address only, received "http://idp.test/k"',
  ],
  [
    '{ oidc: { issuer: a, audience: b, jwksFile: keys.json, algorithms: [EdDSA], roles: { viewer: [dev] } } }',
    'oidc.jwksFile must be a JSON Web Key Set with a public key for EdDSA, received a key of kind RSA',
  ],
  [
    '{ oidc: { issuer: a, audience: b, jwksFile: keys.json, roles: { viewer: [] } } }',
    'oidc.roles must be an object with a name for viewer, operator or approver, received {"viewer":[]}',
  ],
  [
    `{ oidc: { ${oidc}, login: { clientId: "", redirectUri: "http://gateway.test/login/callback", scopes: [profile, "a b"] } } }`,
    'oidc.issuer must be an https address without user, query and fragment; http on a loopback address only, where login begins there, received "a"',
    'oidc.login.clientId must be not empty, received ""',
    'oidc.login.redirectUri must be an https address without user, query and fragment; http on a loopback address only, with the path /login/callback, received "http://gateway.test/login/callback"',
    'oidc.login.scopes must be a list with openid, received ["profile","a b"]',
    'oidc.login.scopes[1] must be a scope without spaces, " and \\, received "a b"',
  ],
  [
    `{ oidc: { ${oidcAt}, login: { clientId: x, redirectUri: "https://gateway.test/callback" } } }`,
    'oidc.login.redirectUri must be an https address without user, query and fragment; http on a loopback address only, with the path /login/callback, received "https://gateway.test/callback"',
  ],
  [
    '{ session: { idleFor: 59s, lastsFor: 0s } }',
    'session.idleFor must be a time from 1m on, received "59s"',
    'session.lastsFor must be a time from 1m on, received "0s"',
  ],
  [
    '{ session: { lastsFor: 20m } }',
    'session.lastsFor must be no shorter than idleFor, which is 30m, received "20m"',
  ],
  [
    '{ tls: { certFile: other.pem, keyFile: key.pem } }',
    'tls.keyFile must be a file with the private key of certFile, received the key of another certificate',
  ],
  [
    '{ tls: { certFile: none.pem, keyFile: key.pem } }',
    'tls.certFile must be the path of a readable file, received no such file',
  ],
] as const) {
  test(`admin is refused, with its field: ${admin.slice(0, 70)}`, async t => {
    const dir = await configDir(t, { ...files, 'switchback.yaml': `name: edge\nadmin: ${admin}\n` })
    const lines = await faultLines(dir)
    for (const line of lines) assert.match(line, /^switchback\.yaml:2:\d+ admin\./)
    assert.deepEqual(
      lines.map(line => line.replace(/^.*? admin\./, '')).sort(),
      [...expected].sort(),
    )
  })
}

for (const admin of [
  '{ host: 127.8.8.8 }',
  '{ host: "::1", port: 1 }',
  `{ host: 0.0.0.0, ${tls}, tokens: [${token}] }`,
  `{ host: gateway.internal, ${tls}, oidc: { ${oidc} } }`,
  `{ ${tls} }`,
]) {
  test(`admin is allowed: ${admin.slice(0, 60)}`, async t => {
    const dir = await configDir(t, { ...files, 'switchback.yaml': `admin: ${admin}\n` })
    assert.deepEqual(await faultLines(dir), [])
  })
}

test('the certificates of both listeners have a key of their own', async t => {
  const dir = await configDir(t, {
    ...files,
    'other-key.pem': other.key,
    'switchback.yaml': `listen: { tls: { certFile: other.pem, keyFile: other-key.pem } }\nadmin: { ${tls} }\n`,
  })
  assert.deepEqual(await faultLines(dir), [])
})

test('login at the provider becomes a rule, a client without a secret a public one', async t => {
  const login = 'clientId: x, redirectUri: "http://127.0.0.1:9900/login/callback"'
  for (const [written, clientSecret] of [
    [login, null],
    [`${login}, clientSecret: hush`, 'hush'],
  ] as const) {
    const dir = await configDir(t, {
      ...files,
      'switchback.yaml': `admin: { oidc: { ${oidcAt}, login: { ${written} } } }\n`,
    })
    const { oidc: rule } = adminRule((await snapshotOf(dir)).process.admin)
    assert.deepEqual(rule?.login, {
      ...{ clientId: 'x', clientSecret, redirectUri: 'http://127.0.0.1:9900/login/callback' },
      scopes: ['openid', 'profile'],
    })
  }
})

test('how long a browser stays logged in becomes a rule', async t => {
  for (const [written, idleForMs, lastsForMs] of [
    ['{}', 30 * 60_000, 12 * 3_600_000],
    ['{ session: { idleFor: 10m, lastsFor: 10m } }', 600_000, 600_000],
  ] as const) {
    const dir = await configDir(t, { 'switchback.yaml': `admin: ${written}\n` })
    const { session } = adminRule((await snapshotOf(dir)).process.admin)
    assert.deepEqual(session, { idleForMs, lastsForMs })
  }
})

test('who may ask becomes a rule', async t => {
  const until = `{ name: otto, role: approver, sha256: ${'b'.repeat(64)}, until: 2027-01-31 }`
  const dir = await configDir(t, {
    ...files,
    'switchback.yaml': `admin: { tokens: [${token}, ${until}], oidc: { ${oidc}, rolesClaim: realm.roles } }\n`,
  })
  const { tokens, oidc: rule } = adminRule((await snapshotOf(dir)).process.admin)
  assert.deepEqual(tokens, [
    { name: 'anna', role: 'operator', sha256: hash, untilMs: null },
    { name: 'otto', role: 'approver', sha256: 'b'.repeat(64), untilMs: Date.UTC(2027, 0, 31) },
  ])
  assert.deepEqual(rule?.rolesClaim, { name: 'realm.roles', steps: ['realm', 'roles'] })
  assert.deepEqual(rule?.nameClaim, { name: 'sub', steps: ['sub'] })
  assert.deepEqual(rule?.roles, { viewer: ['dev'], operator: [], approver: [] })
})

test('a moment is a day or a second of UTC, and none that a calendar lacks', () => {
  assert.equal(momentOf('2027-01-31'), Date.UTC(2027, 0, 31))
  assert.equal(momentOf('2027-01-31T18:00:05Z'), Date.UTC(2027, 0, 31, 18, 0, 5))
  for (const text of [
    '2027-02-30',
    '2027-13-01',
    '2027-01-31T18:00:05',
    '2027-01-31T24:00:01Z',
    'tomorrow',
    '',
  ]) {
    assert.equal(momentOf(text), null, text)
  }
})

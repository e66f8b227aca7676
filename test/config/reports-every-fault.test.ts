import assert from 'node:assert/strict'
import { test } from 'node:test'
import { configDir, faultLines, faultsOf, valid } from './config-dir.ts'
import { goodKeySet } from './key-material.ts'

test('three mistakes in two files are three faults, each with its line', async t => {
  const dir = await configDir(t, {
    'routes/match.yaml': `${valid['routes/match.yaml']?.replace('careful', 'carefull')}stiky: flag\n`,
    'policies/careful.yaml': '# limits\nauth: public\nmaxBodyBytes: -1\n',
  })
  assert.deepEqual(await faultLines(dir), [
    'policies/careful.yaml:3:15 maxBodyBytes must be an integer of at least 0, received -1',
    'routes/match.yaml:6:9 policy must be the name of a file in policies/, received "carefull"; did you mean "careful"?',
    'routes/match.yaml:7:1 stiky must be left out: it is no field of a route; did you mean "sticky"?',
  ])
})

test('a fault in the schema of a route hides none in its links', async t => {
  const dir = await configDir(t, {
    'routes/match.yaml':
      'match: { path: /a/ , methods: [get] }\nv1: { url: http://a/b }\nflag: f\npolicy: nowhere\n',
  })
  assert.deepEqual(
    (await faultsOf(dir)).map(({ line, field }) => [line, field]),
    [
      [1, 'match.path'],
      [1, 'match.methods[0]'],
      [2, 'v1.url'],
      [3, 'flag'],
      [4, 'policy'],
    ],
  )
})

test('numbers outside their range and wrong types are told with the type, never converted', async t => {
  const dir = await configDir(t, {
    'switchback.yaml': [
      'listen:',
      '  port: "8080"',
      'admin: { port: 99999, host: 0.0.0.0 }',
      'limits:',
      'log: { access: yes, level: inf }',
      'drain: { graceMs: 1.5 }',
    ].join('\n'),
  })
  assert.deepEqual(await faultLines(dir), [
    'switchback.yaml:2:9 listen.port must be an integer, received "8080"',
    'switchback.yaml:3:16 admin.port must be an integer from 0 to 65535, received 99999',
    'switchback.yaml:3:29 admin.host must be a loopback address while admin has no tls and neither tokens nor oidc, received "0.0.0.0"',
    'switchback.yaml:4:8 limits must be an object, received null',
    'switchback.yaml:5:16 log.access must be true or false, received "yes"',
    'switchback.yaml:5:28 log.level must be one of "trace", "debug", "info", "warn", "error", "fatal", "silent", received "inf"; did you mean "info"?',
    'switchback.yaml:6:19 drain.graceMs must be an integer, received 1.5',
  ])
})

test('a key that is near no field is told which there are', async t => {
  const dir = await configDir(t, {
    'routes/match.yaml': `${valid['routes/match.yaml']}properties: { 1st: { header: a } }\n`,
    'policies/careful.yaml': 'auth: public\nretry: { quantum: 1 }\n',
  })
  assert.deepEqual(await faultLines(dir), [
    'policies/careful.yaml:2:10 retry.quantum must be left out: it is no field of retry, whose fields are attempts, budgetPercent',
    'routes/match.yaml:7:15 properties.1st must be named by text that matches ^[A-Za-z][A-Za-z0-9_]*$',
  ])
})

test('a percentage written as a number is shown as text', async t => {
  const strategies = [
    { name: 'flexibleRollout', parameters: { rollout: 50 } },
    { name: 'gradualRolloutUserId', parameters: { percentage: 5, groupId: 1 } },
  ]
  const dir = await configDir(t, {
    'flags/v2_migration.json': JSON.stringify({ name: 'v2_migration', enabled: true, strategies }),
  })
  const lines = await faultLines(dir)
  assert.deepEqual(
    lines.map(line => line.slice(line.indexOf('parameters.'))),
    [
      'parameters.rollout must be a percentage as text, "0" to "100", received 50; did you mean "50"?',
      'parameters.percentage must be a percentage as text, "0" to "100", received 5; did you mean "5"?',
      'parameters.groupId must be a string, received 1; did you mean "1"?',
    ],
  )
})

test('no text is proposed that would not do either', async t => {
  const dir = await configDir(t, {
    'policies/careful.yaml': 'auth: public\nrateLimit: [{ name: a, key: ip, limit: 100 }]\n',
  })
  const [line = ''] = await faultLines(dir)
  assert.match(line, /rateLimit\[0\]\.limit must be a rate such as .*, received 100$/)
})

test('a misspelled field that is required is one fault', async t => {
  const dir = await configDir(t, { 'policies/careful.yaml': 'autn: public\n' })
  const faults = await faultsOf(dir)
  assert.deepEqual(
    faults.map(({ field, hint }) => [field, hint]),
    [['autn', 'auth']],
  )
})

test('a missing field is reported where it would stand', async t => {
  const dir = await configDir(t, {
    'routes/match.yaml': '# where\nmatch: {}\nv1: { url: http://a }\n',
  })
  assert.deepEqual(await faultLines(dir), [
    'routes/match.yaml:2:1 policy must be present, received nothing',
    'routes/match.yaml:2:1 match.path must be present, received nothing',
  ])
})

test('long values are cut', async t => {
  const dir = await configDir(t, { 'policies/careful.yaml': `auth: ${'x'.repeat(200)}\n` })
  const [fault] = await faultsOf(dir)
  assert.equal(fault?.received?.length, 80)
})

for (const { auth, expected } of [
  {
    auth: 'publik',
    expected: [
      'auth must be "public" or an object with issuer, audience and jwks or jwksFile, with issuers, or with certificate, received "publik"; did you mean "public"?',
    ],
  },
  {
    auth: '7',
    expected: [
      'auth must be "public" or an object with issuer, audience and jwks or jwksFile, with issuers, or with certificate, received 7',
    ],
  },
  {
    auth: '{ issuer: a, jwksFile: keys.json }',
    expected: ['auth.audience must be present, received nothing'],
  },
  {
    auth: '{ issuer: a, audienc: b, jwksFile: keys.json, algorithms: [RS265] }',
    expected: [
      'auth.audienc must be left out: it is no field of auth; did you mean "audience"?',
      'auth.algorithms[0] must be one of "RS256", "PS256", "ES256", "EdDSA", received "RS265"; did you mean "RS256"?',
    ],
  },
]) {
  test(`auth: ${auth} is told by its own mistake only`, async t => {
    const dir = await configDir(t, {
      'policies/careful.yaml': `auth: ${auth}\n`,
      'keys.json': goodKeySet,
    })
    const lines = await faultLines(dir)
    assert.deepEqual(
      lines.map(line => line.slice(line.indexOf(' ') + 1)),
      expected,
    )
  })
}

for (const { user, expected } of [
  { user: '{ headr: x }', expected: [['user.headr', 'header']] },
  { user: '{}', expected: [['user', undefined]] },
  { user: '{ header: x, claim: y }', expected: [['user', undefined]] },
  { user: '{ header: "a b" }', expected: [['user.header', undefined]] },
  { user: 'x-user-id', expected: [['user', undefined]] },
]) {
  test(`user: ${user} is one fault`, async t => {
    const dir = await configDir(t, {
      'routes/match.yaml': `${valid['routes/match.yaml']}user: ${user}\n`,
    })
    assert.deepEqual(
      (await faultsOf(dir)).map(({ field, hint }) => [field, hint]),
      expected,
    )
  })
}

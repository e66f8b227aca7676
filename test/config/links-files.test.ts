import assert from 'node:assert/strict'
import { test } from 'node:test'
import { makeCertificate } from '../support/certificates.ts'
import { configDir, faultsOf, flag, valid } from './config-dir.ts'
import { goodKeySet } from './key-material.ts'

const tls = await makeCertificate({ commonName: 'localhost' })

const match = valid['routes/match.yaml'] as string
const jwt = 'auth: { issuer: a, audience: b, jwksFile: keys.json }\n'
const v1 = 'v1: { url: http://127.0.0.1:5062 }'
const unleash = 'unleash: { url: http://127.0.0.1:4242/api, token: t }\n'
const listenTls = (names: string) => `listen: { tls: { ${names} } }\n`

interface Rule {
  readonly title: string
  /** Files that break it. */
  readonly broken: Readonly<Record<string, string>>
  /** `file:line field`, with ` ?hint` where one is given. */
  readonly faults: readonly string[]
  /** Files that just keep it, where another form is allowed. */
  readonly kept?: Readonly<Record<string, string>>
}

const rules: readonly Rule[] = [
  {
    title: 'a route names a policy that exists',
    broken: { 'routes/match.yaml': match.replace('careful', 'carful') },
    faults: ['routes/match.yaml:6 policy ?careful'],
  },
  {
    title: 'a policy that cannot be parsed is still there',
    broken: { 'policies/careful.yaml': 'auth: "public\n' },
    faults: ['policies/careful.yaml:2 '],
  },
  {
    title: 'v2 needs a flag',
    broken: { 'routes/match.yaml': match.replace('flag: v2_migration\n', '') },
    faults: ['routes/match.yaml:1 flag'],
    kept: {
      'routes/match.yaml': match.replace('flag: v2_migration\n', '').replace(/v2: .*\n/, ''),
    },
  },
  {
    title: 'a flag needs a v2',
    broken: { 'routes/match.yaml': match.replace(/v2: .*\n/, '') },
    faults: ['routes/match.yaml:4 flag'],
  },
  {
    title: 'without Unleash the flag is a file',
    broken: { 'routes/match.yaml': match.replace('v2_migration', 'v2_migratoin') },
    faults: ['routes/match.yaml:5 flag ?v2_migration'],
    kept: {
      'routes/match.yaml': match.replace('v2_migration', 'v2_migratoin'),
      'switchback.yaml': unleash,
    },
  },
  {
    title: 'an upstream has url or urls',
    broken: {
      'routes/match.yaml': match
        .replace(v1, 'v1: {}')
        .replace('5070 }', '5070, urls: [http://a] }'),
    },
    faults: ['routes/match.yaml:3 v1', 'routes/match.yaml:4 v2'],
    kept: { 'routes/match.yaml': match.replace(v1, 'v1: { urls: [http://a, http://b] }') },
  },
  ...[
    'http://a/',
    'http://a/b',
    'http://a?b',
    'http://a#b',
    'http://u:p@a',
    'ftp://a',
    'http://a\\b',
    'http://a:0',
    'a:80',
    'nothing',
  ].map(url => ({
    title: `${url} is not the origin of an upstream`,
    broken: {
      'routes/match.yaml': match.replace(v1, `v1:\n  urls:\n    - http://ok:1\n    - '${url}'`),
    },
    faults: ['routes/match.yaml:6 v1.urls[1]'],
    kept: { 'routes/match.yaml': match.replace(v1, "v1: { url: 'https://[::1]:8443' }") },
  })),
  {
    title: 'tls belongs to https upstreams',
    broken: { 'routes/match.yaml': match.replace('5062 }', '5062, tls: { serverName: a } }') },
    faults: ['routes/match.yaml:3 v1.url'],
    kept: {
      'routes/match.yaml': match.replace(v1, 'v1: { url: https://a, tls: { serverName: a } }'),
    },
  },
  ...['/a/', '//', '/a//b', '/a/../b', '/.', '/%61', '/a;b', '/a\\b', '/a?b', '/a b', '/ä'].map(
    path => ({
      title: `${path} is not a canonical path`,
      broken: { 'routes/match.yaml': match.replace('/api/match', `'${path}'`) },
      faults: ['routes/match.yaml:2 match.path'],
      kept: { 'routes/match.yaml': match.replace('/api/match', '/.well-known/a.b~c/@me') },
    }),
  ),
  ...[
    'API.example.com',
    'a:80',
    '*',
    '*.',
    'a.*.b',
    'a..b',
    '-a',
    'a.',
    '[1.2.3.4]',
    'http://a',
  ].map(host => ({
    title: `${host} is not a host to match`,
    broken: {
      'routes/match.yaml': match.replace('match:\n', `match:\n  host: '${host}'\n`),
    },
    faults: ['routes/match.yaml:2 match.host'],
    kept: { 'routes/match.yaml': match.replace('match:\n', "match:\n  host: '*.example.com'\n") },
  })),
  {
    title: 'two routes with the same host and path have different methods',
    broken: {
      'routes/match.yaml': match.replace('  path', '  methods: [GET, HEAD]\n  path'),
      'routes/other.yaml': match.replace('  path', '  methods: [POST, HEAD]\n  path'),
    },
    faults: ['routes/other.yaml:2 match'],
    kept: {
      'routes/match.yaml': match.replace('  path', '  methods: [GET, HEAD]\n  path'),
      'routes/other.yaml': match.replace('  path', '  methods: [POST]\n  path'),
      'routes/third.yaml': match.replace('  path', '  host: a.example\n  path'),
    },
  },
  {
    title: 'a route without methods takes them all',
    broken: { 'routes/other.yaml': match.replace('  path', '  methods: [POST]\n  path') },
    faults: ['routes/other.yaml:2 match'],
  },
  {
    title: 'claims are read under a JWT policy',
    broken: {
      'routes/match.yaml': `${match}user: { claim: sub }\nproperties:\n  tier: { claim: tier }\n  tenant: { header: x-tenant }\n`,
    },
    faults: ['routes/match.yaml:7 user.claim', 'routes/match.yaml:9 properties.tier.claim'],
    kept: {
      'routes/match.yaml': `${match}user: { claim: sub }\n`,
      'policies/careful.yaml': jwt,
      'keys.json': goodKeySet,
    },
  },
  {
    title: 'forcing needs to know the user',
    broken: { 'routes/match.yaml': `${match}force: { users: [tester] }\n` },
    faults: ['routes/match.yaml:7 force'],
    kept: {
      'routes/match.yaml': `${match}force: { users: [tester] }\nuser: { header: x-user-id }\n`,
    },
  },
  {
    title: 'a token knows its user, so forcing under a JWT policy needs no source',
    broken: { 'routes/match.yaml': `${match}force: { users: [tester] }\n` },
    faults: ['routes/match.yaml:7 force'],
    kept: {
      'routes/match.yaml': `${match}force: { users: [tester] }\n`,
      'policies/careful.yaml': jwt,
      'keys.json': goodKeySet,
    },
  },
  {
    title: "properties do not take the names of Unleash's own context",
    broken: {
      'routes/match.yaml': `${match}properties:\n  userId: { header: x-a }\n  environment: { header: x-b }\n`,
    },
    faults: ['routes/match.yaml:8 properties.userId', 'routes/match.yaml:9 properties.environment'],
    kept: { 'routes/match.yaml': `${match}properties:\n  tenant: { header: x-a }\n` },
  },
  {
    title: 'sticky: seen-v2 needs a cookieSecret',
    broken: { 'routes/match.yaml': `${match}sticky: seen-v2\n` },
    faults: ['routes/match.yaml:7 sticky'],
    kept: {
      'routes/match.yaml': `${match}sticky: seen-v2\n`,
      'switchback.yaml': `cookieSecret: ${'secret'.repeat(6)}\n`,
    },
  },
  {
    title: 'trusted proxies are addresses and ranges',
    broken: {
      'switchback.yaml':
        'trustedProxies: [10.0.0.1, 10.0.0.0/33, "::1/129", localhost, 10.0.0.0/8/8, 10.0.0.0/, fe80::1%eth0]\n',
    },
    faults: [1, 2, 3, 4, 5, 6].map(i => `switchback.yaml:1 trustedProxies[${i}]`),
    kept: { 'switchback.yaml': 'trustedProxies: [10.0.0.1, 10.0.0.0/8, "::1", "fd00::/8"]\n' },
  },
  {
    title: 'the two listeners have different ports',
    broken: { 'switchback.yaml': '\nlisten: { port: 9900 }\n' },
    faults: ['switchback.yaml:2 listen.port'],
    kept: { 'switchback.yaml': 'listen: { port: 0 }\nadmin: { port: 0 }\n' },
  },
  {
    title: 'Unleash is reached over http or https, its token stands apart',
    broken: { 'switchback.yaml': 'unleash: { url: "https://u:p@a/api", token: t }\n' },
    faults: ['switchback.yaml:1 unleash.url'],
    kept: { 'switchback.yaml': unleash },
  },
  {
    title: 'certificates and keys are readable',
    broken: {
      'switchback.yaml': listenTls('certFile: none.pem, keyFile: tls'),
      'tls/key.pem': tls.key,
      'routes/match.yaml': match.replace(v1, 'v1: { url: https://a, tls: { caFile: no.pem } }'),
    },
    faults: [
      'routes/match.yaml:3 v1.tls.caFile',
      'switchback.yaml:1 listen.tls.certFile',
      'switchback.yaml:1 listen.tls.keyFile',
    ],
    kept: {
      'switchback.yaml': listenTls('certFile: tls/cert.pem, keyFile: tls/key.pem'),
      'tls/cert.pem': tls.cert,
      'tls/key.pem': tls.key,
    },
  },
  {
    title: 'a flag file is named after its flag',
    broken: { 'flags/other.json': flag({ rollout: '1' }, 'another') },
    faults: ['flags/other.json:2 name ?other'],
    kept: { 'flags/other.json': flag({ rollout: '1' }, 'other') },
  },
  {
    title: 'stickiness random moves users at every request',
    broken: { 'flags/v2_migration.json': flag({ rollout: '10', stickiness: 'random' }) },
    faults: ['flags/v2_migration.json:9 strategies[0].parameters.stickiness'],
    kept: { 'flags/v2_migration.json': flag({ rollout: '10', stickiness: 'userId' }) },
  },
  ...['101', '-1', '10.5', '', '1e1', '010'].map(rollout => ({
    title: `a rollout of "${rollout}" is no percentage`,
    broken: { 'flags/v2_migration.json': flag({ rollout }) },
    faults: ['flags/v2_migration.json:8 strategies[0].parameters.rollout'],
    kept: { 'flags/v2_migration.json': flag({ rollout: '100' }) },
  })),
  {
    title: 'a flexibleRollout says its rollout',
    broken: { 'flags/v2_migration.json': flag({}) },
    faults: ['flags/v2_migration.json:7 strategies[0].parameters.rollout'],
  },
  {
    title: 'what Unleash would take for "nobody" without a word is a fault',
    broken: {
      'flags/v2_migration.json': JSON.stringify({
        name: 'v2_migration',
        enabled: true,
        strategies: [
          { name: 'flexibleRolout' },
          { name: 'gradualRolloutRandom', parameters: { percentage: '10' } },
          { name: 'default', segments: [1] },
          { name: 'default', constraints: [{ contextName: 'a', operator: 'NOTIN', values: [] }] },
        ],
      }),
    },
    faults: [
      'flags/v2_migration.json:1 strategies[0].name ?flexibleRollout',
      'flags/v2_migration.json:1 strategies[1].name ?gradualRolloutUserId',
      'flags/v2_migration.json:1 strategies[2].segments',
      'flags/v2_migration.json:1 strategies[3].constraints[0].operator ?NOT_IN',
    ],
    kept: {
      'flags/v2_migration.json': JSON.stringify({
        name: 'v2_migration',
        enabled: true,
        stale: false,
        impressionData: false,
        variants: [],
        strategies: [{ name: 'default', segments: [], constraints: [], sortOrder: 1 }],
      }),
    },
  },
]

for (const { title, broken, faults, kept } of rules) {
  test(title, async t => {
    const found = await faultsOf(await configDir(t, broken))
    assert.deepEqual(
      found.map(
        ({ file, line, field, hint }) =>
          `${file}:${line} ${field}${hint === undefined ? '' : ` ?${hint}`}`,
      ),
      faults,
    )
    if (kept !== undefined) assert.deepEqual(await faultsOf(await configDir(t, kept)), [])
  })
}

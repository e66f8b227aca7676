import assert from 'node:assert/strict'
import { test } from 'node:test'
import { configDir, faultLines, snapshotOf } from './config-dir.ts'
import { goodKeySet } from './key-material.ts'

const jwt = (authorization: string) =>
  `auth: { issuer: a, audience: b, jwksFile: keys.json, forward: { authorization: ${authorization} } }\n`

/** A route with these credentials, `null` for none, under a policy with this `auth`. */
function files(policy: string, v1: string | null, v2: string | null, more = '') {
  const variant = (credential: string | null) =>
    credential === null ? more : `, credential: ${credential}${more}`
  return {
    'routes/match.yaml': `match: { path: /api }
v1: { url: "http://127.0.0.1:1"${variant(v1)} }
v2: { url: "http://127.0.0.1:2"${variant(v2)} }
flag: v2_migration
policy: careful
`,
    'policies/careful.yaml': policy,
    'keys.json': goodKeySet,
    token: 'secret-token\n',
    lines: 'secret\ntoken\n',
  }
}

const open = 'auth: public\n'
const form = '"none", or a scheme, a space and credentials in printable ASCII on one line'
const replaces = 'left out, or careful have auth.forward.authorization: replace'

for (const [title, changes, ...expected] of [
  ['one for each under a policy that replaces', files(jwt('replace'), 'Bearer one', '"none"')],
  ['one for a single variant of a public route', files(open, null, 'Basic dTpw')],
  [
    'none under a policy that replaces',
    files(jwt('replace'), null, null),
    'v1.credential must be present, or "none", since careful replaces the Authorization of clients, received nothing',
    'v2.credential must be present, or "none", since careful replaces the Authorization of clients, received nothing',
  ],
  [
    'one under a policy that keeps the token',
    files(jwt('keep'), 'Bearer one', null),
    `v1.credential must be ${replaces}, received "***"`,
  ],
  [
    'one under a policy that drops the token',
    files(jwt('drop'), null, 'Bearer two'),
    `v2.credential must be ${replaces}, received "***"`,
  ],
  [
    'one without a scheme',
    files(open, 'token', null),
    `v1.credential must be ${form}, received "***"`,
  ],
  [
    'a secret of two lines',
    files(open, `"Bearer \${file:lines}"`, null),
    `v1.credential must be ${form}, received "***"`,
  ],
  [
    'one that a mapping writes as well',
    files(
      open,
      'Bearer one',
      null,
      ', mapping: { request: { headers: { remove: [Authorization] } } }',
    ),
    'v1.credential must be left out, or mapping.request.headers not name authorization, received "***"',
  ],
] as const) {
  test(`credentials, ${title}: ${expected.length} faults`, async t => {
    const lines = await faultLines(await configDir(t, changes))
    assert.deepEqual(
      lines.map(line => line.slice(line.indexOf(' ') + 1)),
      expected,
    )
  })
}

test('a credential comes out of a secret, less the line break at its end', async t => {
  const dir = await configDir(t, files(open, `"Bearer \${file:token}"`, null))
  assert.equal((await snapshotOf(dir)).routes[0]?.v1.credential, 'Bearer secret-token')
})

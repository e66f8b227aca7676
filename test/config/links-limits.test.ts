import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { configDir, faultLines, faultsOf, snapshotOf, valid } from './config-dir.ts'

/** A policy with this limit on line 2; nobody has a user. */
function files(limits: string): Record<string, string> {
  return { 'policies/careful.yaml': `auth: public\nrateLimit: [${limits}]\n` }
}

/** The same, for callers with a user and a tenant. */
function withUsers(limits: string): Record<string, string> {
  const route = `${valid['routes/match.yaml']}user: { header: x-user-id }\nproperties: { tenant: { header: x-tenant } }\n`
  return { ...files(limits), 'routes/match.yaml': route }
}

const allowed: readonly string[] = [
  '{ key: ip, limit: 1000/s }',
  '{ key: user, limit: 100/s, burst: 200 }',
  '{ key: user, limit: 100/s }, { key: user, limit: 1000/h }, { key: ip, limit: 100/s }',
  '{ key: [ip, route], limit: 10/m, cost: { POST: 5, OPTIONS: 0 } }',
  '{ key: { header: x-api-key }, limit: 1/d, burst: 31, name: api-key }',
  '{ key: [{ property: tenant }, method], limit: 9999999/h }',
]

/** Limits → the faults, as `field rule`. */
const refused: Readonly<Record<string, readonly string[]>> = {
  '{ key: ip, limit: 0/s }': [
    'rateLimit[0].limit a rate such as 100/s, 1000/m, 5000/h or 100000/d, of at most 9999999',
  ],
  '{ key: ip, limit: 100 }': [
    'rateLimit[0].limit a rate such as 100/s, 1000/m, 5000/h or 100000/d, of at most 9999999',
  ],
  '{ key: address, limit: 1/s }': [
    'rateLimit[0].key user, ip, route, method, or an object with header, claim or property',
  ],
  '{ key: [ip, { cookie: a }], limit: 1/s }': [
    'rateLimit[0].key[1].cookie left out: it is no field of rateLimit[0].key[1], whose fields are header, claim, property',
  ],
  '{ key: { header: a, claim: b }, limit: 1/s }': [
    'rateLimit[0].key exactly one of header, claim and property',
  ],
  '{ key: [], limit: 1/s }': ['rateLimit[0].key a list of at least one'],
  '{ key: [ip, ip], limit: 1/s }': ['rateLimit[0].key a list without repetitions'],
  '{ limit: 1/s }': ['rateLimit[0].key present'],
  '{ key: ip, limit: 1/s, burst: 0 }': ['rateLimit[0].burst an integer from 1 to 10000000'],
  '{ key: ip, limit: 1/d, burst: 32 }': [
    'rateLimit[0].burst at most 31, which 1/d gives back in 31 days',
  ],
  '{ key: ip, limit: 10/s, cost: { POST: 11 } }': [
    'rateLimit[0].cost.POST at most the burst, which is 10: it would never be allowed',
  ],
  '{ key: ip, limit: 10/s, burst: 4, cost: { POST: 5, PUT: 4 } }': [
    'rateLimit[0].cost.POST at most the burst, which is 4: it would never be allowed',
  ],
  '{ key: [ip, method], limit: 10/s }, { key: [method, ip], limit: 10/s, burst: 20 }': [
    'rateLimit[1] different from rateLimit[0] in key or limit',
  ],
  '{ key: ip, limit: 10/s, name: a }, { key: ip, limit: 10/m, name: a }': [
    'rateLimit[1].name another name than that of rateLimit[0]',
  ],
  '{ key: ip, limit: 10/s, name: No good }': [
    'rateLimit[0].name a name of lower-case letters, digits, . _ and -, of at most 64 characters',
  ],
  '{ key: { claim: tenant }, limit: 1/s }': [
    'rateLimit[0].key.claim read under a policy with a JWT',
  ],
  '{ key: [ip, { header: X-Forwarded-For }], limit: 1/s }': [
    'rateLimit[0].key[1].header a header of the caller; its address is the key ip',
  ],
  '{ key: { property: tenat }, limit: 1/s }': [
    'rateLimit[0].key.property a property of every route of this policy; routes/match.yaml has none of that name',
  ],
}

describe('a rate limit is allowed', () => {
  for (const text of allowed) {
    it(text, async t => assert.deepEqual(await faultsOf(await configDir(t, withUsers(text))), []))
  }
})

describe('a rate limit is refused, with the field and the line', () => {
  for (const [text, expected] of Object.entries(refused)) {
    it(text, async t => {
      const found = await faultsOf(await configDir(t, withUsers(text)))
      assert.deepEqual(
        found.map(({ field, rule }) => `${field} ${rule}`),
        expected,
      )
      for (const { file, line } of found) assert.equal(`${file}:${line}`, 'policies/careful.yaml:2')
    })
  }

  it('by user, where nobody has one', async t => {
    const dir = await configDir(t, files('{ key: [ip, user], limit: 1/s }'))
    assert.deepEqual(await faultLines(dir), [
      'policies/careful.yaml:2:25 rateLimit[0].key[1] must be another key, or every route of this policy be given a user; routes/match.yaml has none, received "user"',
    ])
  })
})

it('a limit has a burst of itself and the name that it was written as', async t => {
  const text =
    '{ key: [user, ip], limit: 60/m }, { key: { header: X-Key }, limit: 1/h, name: keys }'
  const { routes } = await snapshotOf(await configDir(t, withUsers(text)))
  assert.deepEqual(routes[0]?.rules.rateLimit, [
    {
      name: 'user+ip 60/m',
      id: 'ip+user 60/m',
      key: [{ kind: 'ip' }, { kind: 'user' }],
      rate: { limit: 60, periodMs: 60_000, burst: 60 },
      cost: {},
    },
    {
      name: 'keys',
      id: 'header:x-key 1/h',
      key: [{ kind: 'header', name: 'x-key' }],
      rate: { limit: 1, periodMs: 3_600_000, burst: 1 },
      cost: {},
    },
  ])
})

import assert from 'node:assert/strict'
import { test } from 'node:test'
import { config, createIssuer, issuedAtSeconds } from '../identity/issuer.ts'
import { createManualClock } from '../support/manual-clock.ts'
import { startLimited } from './limited.ts'

test('callers are limited by their claims, whoever signs in again, and strangers take nothing', async t => {
  const issuer = await createIssuer()
  const stranger = await createIssuer()
  const limits = '{ key: user, limit: 3/d }, { key: { claim: org }, limit: 4/d, name: per-org }'
  const { ask } = await startLimited(t, {
    limits: '',
    clock: createManualClock(issuedAtSeconds * 1000),
    files: {
      'policies/open.yaml': `auth: { issuer: "${config.issuer}", audience: "${config.audience}", jwksFile: jwks.json }\nrateLimit: [${limits}]\n`,
      'routes/main.yaml': 'match: { path: / }\nv1: { url: "http://127.0.0.1:9" }\npolicy: open\n',
      'jwks.json': JSON.stringify(issuer.jwks),
    },
  })
  const askAs = async (claims: Record<string, unknown>, by = issuer) =>
    ask([`authorization: Bearer ${await by.sign({ ...claims, jti: crypto.randomUUID() })}`])

  for (let i = 0; i < 5; i++) {
    assert.equal((await askAs({ sub: 'ada', org: 'acme' }, stranger)).status, 401)
  }
  for (const remaining of ['2', '1', '0']) {
    const { status, headers } = await askAs({ sub: 'ada', org: 'acme' })
    assert.deepEqual([status, headers.get('ratelimit-remaining')], [502, remaining])
  }
  assert.equal((await askAs({ sub: 'ada', org: 'acme' })).status, 429)
  const bob = await askAs({ sub: 'bob', org: 'acme' })
  assert.deepEqual([bob.status, bob.headers.get('ratelimit')], [502, '"per-org";r=0;t=86400'])
  assert.equal((await askAs({ sub: 'eve', org: 'acme' })).status, 429)
  assert.equal((await askAs({ sub: 'eve', org: 'umbrella' })).status, 502)
})

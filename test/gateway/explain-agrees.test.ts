import assert from 'node:assert/strict'
import { test } from 'node:test'
import { explainCommand } from '../../src/cli/explain.ts'
import type { Explanation } from '../../src/cohort/explain.ts'
import { createIssuer } from '../identity/issuer.ts'
import { oneRoute, startGateway } from '../support/gateway.ts'
import { createClient, startUpstream } from '../support/http.ts'

const segments = ['beta_users', 'api_partners', 'enterprise', 'none'] as const

/** Each segment with a share of its own, as in the example configuration. */
const flag = {
  name: 'v2',
  enabled: true,
  strategies: [
    { percent: 30, operator: 'NOT_IN', values: ['beta_users', 'api_partners', 'enterprise'] },
    { percent: 100, operator: 'IN', values: ['beta_users'] },
    { percent: 50, operator: 'IN', values: ['api_partners'] },
  ].map(({ percent, operator, values }) => ({
    name: 'flexibleRollout',
    parameters: { rollout: String(percent), stickiness: 'default', groupId: 'v2' },
    constraints: [{ contextName: 'segment', operator, values }],
  })),
}

test('switchback explain and the running gateway give 1,000 users the same variant and reason', async t => {
  const v1 = await startUpstream(t, 'v1')
  const v2 = await startUpstream(t, 'v2')
  const gateway = await startGateway(t, {
    ...oneRoute({
      v1: v1.url,
      v2: v2.url,
      route: 'properties: { segment: { header: x-segment } }\ndecisionHeader: true\n',
    }),
    'flags/v2.json': JSON.stringify(flag),
  })
  const get = createClient(t)
  const seen = new Set<string>()

  for (let number = 0; number < 1000; number++) {
    const user = `user-${(number * 7919) % 100_003}`
    const segment = segments[number % segments.length] as string
    const answer = await get(gateway.url, { 'x-user-id': user, 'x-segment': segment })
    const lines: string[] = []
    const code = await explainCommand({
      dir: gateway.dir,
      env: {},
      route: 'main',
      user,
      properties: { segment },
      json: true,
      out: line => lines.push(line),
    })
    assert.equal(code, 0)
    const { variant, reason } = JSON.parse(lines.join('')) as Explanation
    assert.equal(answer.headers['x-switchback-decision'], `${variant}; reason=${reason}`, user)
    assert.equal(answer.body, variant, user)
    seen.add(`${segment} ${variant}`)
  }
  assert.deepEqual([...seen].sort(), [
    'api_partners v1',
    'api_partners v2',
    'beta_users v2',
    'enterprise v1',
    'none v1',
    'none v2',
  ])
})

test('on a route with a JWT policy the user that explain asks about is the sub of the token', async t => {
  const v1 = await startUpstream(t, 'v1')
  const v2 = await startUpstream(t, 'v2')
  const issuer = await createIssuer()
  const gateway = await startGateway(t, {
    ...oneRoute({ v1: v1.url, v2: v2.url, percent: 50 }),
    'routes/main.yaml': `match: { path: / }\nv1: { url: "${v1.url}" }\nv2: { url: "${v2.url}" }\nflag: v2\npolicy: open\n`,
    'policies/open.yaml':
      'auth: { issuer: https://idp.example.com, audience: api, jwksFile: jwks.json }\n',
    'jwks.json': JSON.stringify(issuer.jwks),
  })
  const get = createClient(t)
  const seen = new Set<string>()
  const exp = Math.floor(Date.now() / 1000) + 300
  for (let number = 0; number < 20; number++) {
    const user = `user-${number}`
    const token = await issuer.sign({ sub: user, iat: exp - 300, nbf: exp - 300, exp })
    const answer = await get(gateway.url, { authorization: `Bearer ${token}` })
    assert.equal(answer.status, 200)
    const lines: string[] = []
    const out = (line: string) => lines.push(line)
    const asked = {
      dir: gateway.dir,
      env: {},
      route: 'main',
      user,
      properties: {},
      json: true,
      out,
    }
    assert.equal(await explainCommand(asked), 0, lines.join())
    const { variant } = JSON.parse(lines.join('')) as Explanation
    assert.equal(answer.body, variant)
    seen.add(variant)
  }
  assert.deepEqual([...seen].sort(), ['v1', 'v2'])
})

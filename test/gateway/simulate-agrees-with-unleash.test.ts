import assert from 'node:assert/strict'
import { PassThrough } from 'node:stream'
import { test } from 'node:test'
import { simulate } from '../../src/cli/simulate/simulate.ts'
import type { Simulation } from '../../src/cohort/simulation.ts'
import { oneRoute, startGateway, testProcess } from '../support/gateway.ts'
import { createClient, startUpstream } from '../support/http.ts'
import { startUnleash, type UnleashServer } from '../support/unleash-server.ts'

const tenants = ['acme', 'globex', 'initech'] as const
const thousand = Array.from({ length: 1000 }, (_, i) => ({
  user: `user-${(i * 7919) % 100_003}`,
  properties: { tenant: tenants[i % tenants.length] as string },
}))

/** A segment of Unleash's own, which the client API sends apart from the flags. */
async function makeSegment(unleash: UnleashServer): Promise<number> {
  const constraints = [
    { contextName: 'tenant', operator: 'IN', values: ['acme', 'globex'], inverted: false },
  ]
  const made = await unleash.admin('POST', '/segments', { name: 'early', constraints })
  return (made as { id: number }).id
}

test('what simulate reads from a real Unleash is what 1,000 users get once the flag is moved there', {
  timeout: 120_000,
}, async t => {
  const unleash = await startUnleash()
  t.after(() => unleash.stop())
  const segment = await makeSegment(unleash)
  const moveTo = (percent: number) =>
    unleash.setFlag({
      name: 'v2',
      enabled: true,
      strategies: [
        {
          name: 'flexibleRollout',
          parameters: { rollout: String(percent), stickiness: 'default', groupId: 'v2' },
          segments: [segment],
        },
      ],
    })
  await moveTo(10)

  const v1 = await startUpstream(t, 'v1')
  const v2 = await startUpstream(t, 'v2')
  const gateway = await startGateway(t, {
    ...oneRoute({
      v1: v1.url,
      v2: v2.url,
      route: 'properties: { tenant: { header: x-tenant } }\n',
    }),
    'switchback.yaml': `${testProcess}unleash: { url: "${unleash.url}", token: "${unleash.clientToken}", refreshIntervalMs: 100 }\n`,
    'users.jsonl': thousand.map(each => JSON.stringify(each)).join('\n'),
  })
  const get = createClient(t)
  async function reality(): Promise<string[]> {
    const variants: string[] = []
    for (const { user, properties } of thousand) {
      const headers = { 'x-user-id': user, 'x-tenant': properties.tenant }
      variants.push((await get(gateway.url, headers)).body)
    }
    return variants
  }

  const lines: string[] = []
  const code = await simulate({
    dir: gateway.dir,
    env: {},
    flag: 'v2',
    percent: 40,
    users: `${gateway.dir}/users.jsonl`,
    input: new PassThrough(),
    json: true,
    out: line => lines.push(line),
    error: line => lines.push(line),
  })
  assert.equal(code, 0, lines.join('\n'))
  const { who, flagSource, percent, moves } = JSON.parse(lines.join('\n')) as Simulation
  assert.equal(flagSource.from, 'server')
  assert.deepEqual(percent, { before: 10, after: 40 })
  assert.ok(moves.toV2 > 100 && moves.toV1 === 0)
  const then = who.map(({ after }) => after.variant)

  assert.deepEqual(
    who.map(({ before }) => before.variant),
    await reality(),
  )
  await moveTo(40)
  // The poll is waited for by the answer of one who moves; the runner's time limit is the only clock.
  const mover = who.find(({ before, after }) => before.variant !== after.variant)
  assert.ok(mover?.user !== undefined && mover.properties.tenant !== undefined)
  const asMover = { 'x-user-id': mover.user, 'x-tenant': mover.properties.tenant }
  while ((await get(gateway.url, asMover)).body !== 'v2');
  assert.deepEqual(then, await reality())
})

import assert from 'node:assert/strict'
import { join } from 'node:path'
import { PassThrough } from 'node:stream'
import { type TestContext, test } from 'node:test'
import { simulate } from '../../src/cli/simulate/simulate.ts'
import type { Simulation } from '../../src/cohort/simulation.ts'
import {
  oneRoute,
  startGateway,
  type TestGateway,
  testProcess,
  writeFiles,
} from '../support/gateway.ts'
import { createClient, startUpstream } from '../support/http.ts'

const segments = ['beta_users', 'enterprise', 'none'] as const

/** Everyone but two segments, one of which has all; the first is what moves. */
function flagFile(percent: number): string {
  const parameters = { stickiness: 'default', groupId: 'v2' }
  const strategy = (rollout: number, operator: string, ...values: string[]) => ({
    name: 'flexibleRollout',
    parameters: { ...parameters, rollout: String(rollout) },
    constraints: [{ contextName: 'segment', operator, values }],
  })
  const strategies = [
    strategy(percent, 'NOT_IN', 'beta_users', 'enterprise'),
    strategy(100, 'IN', 'beta_users'),
  ]
  return JSON.stringify({ name: 'v2', enabled: true, strategies })
}

interface User {
  readonly user: string
  readonly properties: { readonly segment: string }
}

/** A name of two bytes a letter among them: what a header carries is its bytes. */
const thousand: readonly User[] = Array.from({ length: 1000 }, (_, i) => ({
  user: i % 10 === 0 ? `müller-${i}` : `user-${(i * 7919) % 100_003}`,
  properties: { segment: segments[i % segments.length] as string },
}))

async function startSplit(t: TestContext, percent: number, route = '') {
  const v1 = await startUpstream(t, 'v1')
  const v2 = await startUpstream(t, 'v2')
  const more = `properties: { segment: { header: x-segment } }\ndecisionHeader: true\n${route}`
  return startGateway(t, {
    ...oneRoute({ v1: v1.url, v2: v2.url, route: more }),
    'flags/v2.json': flagFile(percent),
    'switchback.yaml': `${testProcess}cookieSecret: ${'secret'.repeat(6)}\n`,
  })
}

/** What each of the thousand is answered, with the cookies that they were given before. */
function asked(t: TestContext, gateway: TestGateway) {
  const get = createClient(t)
  const jars = new Map<string, string[]>()
  return async () => {
    const decisions: string[] = []
    for (const { user, properties } of thousand) {
      const jar = jars.get(user) ?? []
      const { headers } = await get(gateway.url, {
        'x-user-id': Buffer.from(user).toString('latin1'),
        'x-segment': properties.segment,
        ...(jar.length === 0 ? {} : { cookie: jar.join('; ') }),
      })
      decisions.push(String(headers['x-switchback-decision']))
      const given = [headers['set-cookie'] ?? []].flat()
      jars.set(user, [...jar, ...given.map(each => each.split(';', 1)[0] as string)])
    }
    return decisions
  }
}

async function simulated(gateway: TestGateway, percent: number): Promise<Simulation> {
  const users = join(gateway.dir, 'users.jsonl')
  const text = thousand.map(each => JSON.stringify(each)).join('\n')
  await writeFiles(gateway.dir, { 'users.jsonl': text })
  const lines: string[] = []
  const told: string[] = []
  const code = await simulate({
    dir: gateway.dir,
    env: {},
    flag: 'v2',
    percent,
    strategy: 1,
    users,
    input: new PassThrough(),
    json: true,
    out: line => lines.push(line),
    error: line => told.push(line),
  })
  assert.equal(code, 0, told.join('\n'))
  return JSON.parse(lines.join('\n')) as Simulation
}

function decisionsIn({ who }: Simulation, when: 'before' | 'after'): string[] {
  return who.map(each => `${each[when].variant}; reason=${each[when].reason}`)
}

async function step(gateway: TestGateway, percent: number): Promise<void> {
  await gateway.edit({ 'flags/v2.json': flagFile(percent) })
  await gateway.reload()
}

test('simulate says what 1,000 users get before the step, and what they get after it', async t => {
  const gateway = await startSplit(t, 10)
  const simulation = await simulated(gateway, 25)
  const ask = asked(t, gateway)
  assert.deepEqual(decisionsIn(simulation, 'before'), await ask())
  await step(gateway, 25)
  const after = await ask()
  assert.deepEqual(decisionsIn(simulation, 'after'), after)

  assert.equal(simulation.v2.after, after.filter(each => each.startsWith('v2')).length)
  assert.equal(simulation.moves.toV2, simulation.v2.after - simulation.v2.before)
  assert.ok(simulation.moves.toV2 > 20, 'the step moves somebody')
  assert.equal(simulation.moves.toV1, 0)
})

test('it says the same of a step down, which takes V2 from some', async t => {
  const gateway = await startSplit(t, 60)
  const simulation = await simulated(gateway, 20)
  await step(gateway, 20)
  assert.deepEqual(decisionsIn(simulation, 'after'), await asked(t, gateway)())
  assert.ok(simulation.moves.toV1 > 20)
  assert.equal(simulation.moves.toV2, 0)
})

test('where who has seen V2 keeps it, a step down takes it from nobody who came before', async t => {
  const gateway = await startSplit(t, 60, 'sticky: seen-v2\n')
  const simulation = await simulated(gateway, 20)
  const ask = asked(t, gateway)
  assert.deepEqual(decisionsIn(simulation, 'before'), await ask())
  await step(gateway, 20)
  assert.deepEqual(decisionsIn(simulation, 'after'), await ask())
  assert.equal(simulation.moves.toV1, 0)
})

test('of a flag that is switched back it says that nobody has V2, whatever the percentage', async t => {
  const gateway = await startSplit(t, 10)
  const answer = await fetch(`${gateway.adminUrl}/latches/v2/rollback`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ who: 'ada' }),
  })
  assert.equal(answer.status, 200)
  const simulation = await simulated(gateway, 100)
  await step(gateway, 100)
  const after = decisionsIn(simulation, 'after')
  assert.deepEqual(after, await asked(t, gateway)())
  assert.deepEqual([...new Set(after)], ['v1; reason=switched-back'])
})

import assert from 'node:assert/strict'
import { type TestContext, test } from 'node:test'
import type { RouteExplanation } from '../../src/cohort/caller-question.ts'
import type { Simulation } from '../../src/cohort/simulation.ts'
import { oneRoute, startGateway, testProcess } from '../support/gateway.ts'
import { startGatewayProcess } from '../support/gateway-process.ts'
import { createClient, startUpstream } from '../support/http.ts'

const users = Array.from({ length: 300 }, (_, i) => (i % 10 === 0 ? `müller-${i}` : `user-${i}`))

function flagFile(percent: number): string {
  const parameters = { rollout: String(percent), stickiness: 'default', groupId: 'v2' }
  const strategies = [{ name: 'flexibleRollout', parameters }]
  return JSON.stringify({ name: 'v2', enabled: true, strategies })
}

async function splitFiles(t: TestContext, percent: number) {
  const v1 = await startUpstream(t, 'v1')
  const v2 = await startUpstream(t, 'v2')
  return {
    ...oneRoute({ v1: v1.url, v2: v2.url, route: 'decisionHeader: true\n' }),
    'flags/v2.json': flagFile(percent),
  }
}

function questions(adminUrl: string) {
  return async (page: string, body: object) => {
    const answer = await fetch(`${adminUrl}${page}`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(body),
    })
    return { status: answer.status, json: JSON.parse(await answer.text()) }
  }
}

/** What each user is answered, as the decision header says it. */
async function decisionsOf(t: TestContext, url: string): Promise<string[]> {
  const get = createClient(t)
  const decisions: string[] = []
  for (const user of users) {
    const { headers } = await get(url, { 'x-user-id': Buffer.from(user).toString('latin1') })
    decisions.push(String(headers['x-switchback-decision']))
  }
  return decisions
}

function inWords({ variant, reason }: { variant: string; reason: string }): string {
  return `${variant}; reason=${reason}`
}

test('a worker explains each caller as it decides for that caller', async t => {
  const gateway = await startGateway(t, await splitFiles(t, 30))
  const ask = questions(gateway.adminUrl)
  const explained: string[] = []
  for (const user of users) {
    const { status, json } = await ask('/explain', { route: 'main', user })
    assert.equal(status, 200)
    const { route, flag, stickyKey, strategies } = json as RouteExplanation
    assert.deepEqual([route, flag, stickyKey.kind], ['main', 'v2', 'user'])
    assert.equal(strategies[0]?.percentage, 30)
    explained.push(inWords(json))
  }
  assert.deepEqual(explained, await decisionsOf(t, gateway.url))
})

test('it says who a step moves, and after the step they have moved', async t => {
  const gateway = await startGateway(t, await splitFiles(t, 10))
  const callers = users.map(user => ({ user }))
  const { status, json } = await questions(gateway.adminUrl)('/simulate', {
    flag: 'v2',
    percent: 40,
    callers,
  })
  assert.equal(status, 200)
  const { who, moves } = json as Simulation
  assert.deepEqual(
    who.map(({ before }) => inWords(before)),
    await decisionsOf(t, gateway.url),
  )
  await gateway.edit({ 'flags/v2.json': flagFile(40) })
  await gateway.reload()
  assert.deepEqual(
    who.map(({ after }) => inWords(after)),
    await decisionsOf(t, gateway.url),
  )
  assert.ok(moves.toV2 > 20 && moves.toV1 === 0)
})

test('of a flag that is switched back it says so', async t => {
  const gateway = await startGateway(t, await splitFiles(t, 100))
  const ask = questions(gateway.adminUrl)
  await ask('/latches/v2/rollback', { who: 'ada' })
  const { json } = await ask('/explain', { route: 'main', user: 'user-1' })
  assert.equal(inWords(json as RouteExplanation), 'v1; reason=switched-back')
})

test('a process of workers answers as one', async t => {
  const gateway = await startGatewayProcess(t, {
    ...(await splitFiles(t, 30)),
    'switchback.yaml': `${testProcess}workers: 2\n`,
  })
  const ask = questions(`http://127.0.0.1:${gateway.adminPort}`)
  const url = `http://127.0.0.1:${gateway.port}`
  const explained: string[] = []
  for (const user of users.slice(0, 20)) {
    explained.push(inWords((await ask('/explain', { route: 'main', user })).json))
  }
  assert.deepEqual(explained, (await decisionsOf(t, url)).slice(0, 20))
  const callers = users.map(user => ({ user }))
  const { json } = await ask('/simulate', { route: 'main', percent: 30, callers })
  assert.deepEqual((json as Simulation).moves, { toV1: 0, toV2: 0 })
})

test('what no caller of the route could be is refused in words', async t => {
  const { adminUrl } = await startGateway(t, await splitFiles(t, 30))
  const ask = questions(adminUrl)
  const refused = async (page: string, body: object) => {
    const { status, json } = await ask(page, body)
    return `${status} ${json.error}: ${json.message}`
  }
  assert.equal(
    await refused('/explain', { route: 'nowhere', user: 'a' }),
    '404 unknown-route: Cannot answer: route must be one of main, received "nowhere"',
  )
  assert.equal(
    await refused('/explain', { route: 'main', address: 'home' }),
    '400 bad-request: Cannot answer: address must be an IP address, received "home"',
  )
  assert.equal(
    await refused('/explain', { route: 'main', properties: { segment: 'beta' } }),
    '400 bad-request: Cannot answer: property must be one of (there are none), received "segment"',
  )
  const simulate = { flag: 'v2', percent: 25 }
  assert.equal(
    await refused('/simulate', { ...simulate, callers: [{ user: 'a' }, {}] }),
    '400 bad-request: Cannot answer: callers.1: session must be given, since route main knows this caller by the cookie sb_sid',
  )
  assert.equal(
    await refused('/simulate', { ...simulate, strategy: 2, callers: [{ user: 'a' }] }),
    "400 bad-request: Cannot answer: strategy must be one of the flag's with a percentage: 1 (30 % of everyone), received 2",
  )
  const crowd = Array.from({ length: 501 }, () => ({ user: 'a' }))
  assert.match(
    await refused('/simulate', { ...simulate, callers: crowd }),
    /^400 bad-request: .*callers must be a list of 1 to 500 callers/,
  )
})

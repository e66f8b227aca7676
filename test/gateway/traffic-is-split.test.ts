import assert from 'node:assert/strict'
import { type TestContext, test } from 'node:test'
import { flagFile, oneRoute, startGateway } from '../support/gateway.ts'
import { createClient, startUpstream } from '../support/http.ts'

async function start(t: TestContext, percent: number, route = '') {
  const v1 = await startUpstream(t, 'v1')
  const v2 = await startUpstream(t, 'v2')
  const gateway = await startGateway(t, oneRoute({ v1: v1.url, v2: v2.url, percent, route }))
  const get = createClient(t)
  /** The variant each user gets, by asking as that user. */
  const variants = async (users: number): Promise<string[]> => {
    const found: string[] = []
    for (let user = 0; user < users; user++) {
      const { body } = await get(`${gateway.url}/`, { 'x-user-id': `user-${user}` })
      found.push(body)
    }
    return found
  }
  return { gateway, get, variants, v1, v2 }
}

const shareOf = (variants: string[]) =>
  variants.filter(name => name === 'v2').length / variants.length

test('each variant gets its share of the users, and metrics count the decisions', async t => {
  const { gateway, variants, v1, v2 } = await start(t, 30)
  const share = shareOf(await variants(500))
  assert.ok(share > 0.23 && share < 0.37, `share ${share}`)
  assert.equal(v2.count(), share * 500)
  assert.equal(v1.count() + v2.count(), 500)
  const assigned = (variant: string, reason: string) =>
    gateway.metric(
      `switchback_assignments_total{route="main",variant="${variant}",reason="${reason}"}`,
    )
  assert.equal(await assigned('v2', 'in-share'), v2.count())
  assert.equal(await assigned('v1', 'out-of-share'), v1.count())
  assert.equal(
    await gateway.metric(
      'switchback_request_duration_seconds_count{route="main",variant="v2",status_class="2xx"}',
    ),
    v2.count(),
  )
})

test('a changed percentage on disk moves the split, and takes V2 from nobody when it grows', async t => {
  const { gateway, variants } = await start(t, 20)
  const before = await variants(200)
  await gateway.edit({ 'flags/v2.json': flagFile('v2', 60) })
  assert.notEqual((await gateway.reload()).result, 'refused')
  const after = await variants(200)
  assert.ok(shareOf(after) > shareOf(before))
  assert.deepEqual(
    before.filter((name, user) => name === 'v2' && after[user] === 'v1'),
    [],
  )
})

test('an anonymous caller keeps its variant by the cookie that the gateway sets', async t => {
  const { gateway, get } = await start(t, 50)
  const seen = new Set<string>()
  for (let caller = 0; caller < 40; caller++) {
    const first = await get(`${gateway.url}/`)
    const cookie = String(first.headers['set-cookie'])
    assert.match(cookie, /^sb_sid=[\w-]{22}; Path=\/; HttpOnly; SameSite=Lax; Max-Age=\d+$/)
    const again = await get(`${gateway.url}/`, { cookie: cookie.split(';', 1)[0] as string })
    assert.equal(again.body, first.body)
    assert.equal(again.headers['set-cookie'], undefined)
    seen.add(first.body)
  }
  assert.deepEqual([...seen].sort(), ['v1', 'v2'])
})

test('only a listed tester may force a variant, and the decision header says so', async t => {
  const { gateway, get } = await start(t, 0, 'force: { users: [alice] }\ndecisionHeader: true\n')
  const ask = (user: string, force: string) =>
    get(`${gateway.url}/`, { 'x-user-id': user, 'x-switchback-force': force })
  const alice = await ask('alice', 'v2')
  assert.equal(alice.body, 'v2')
  assert.equal(alice.headers['x-switchback-decision'], 'v2; reason=forced')
  const mallory = await ask('mallory', 'v2')
  assert.equal(mallory.body, 'v1')
  assert.equal(mallory.headers['x-switchback-decision'], 'v1; reason=out-of-share')
})

test('a route may have V1 only', async t => {
  const v1 = await startUpstream(t, 'v1')
  const gateway = await startGateway(
    t,
    oneRoute({ v1: v1.url, path: '/legacy', route: 'decisionHeader: true\n' }),
  )
  const get = createClient(t)
  const answer = await get(`${gateway.url}/legacy/x`)
  assert.equal(answer.headers['x-switchback-decision'], 'v1; reason=v1-only')
  assert.equal(answer.headers['set-cookie'], undefined)
  const missing = await get(`${gateway.url}/other`)
  assert.equal(missing.status, 404)
  assert.equal(JSON.parse(missing.body).code, 'no-route')
  assert.equal(missing.headers['content-type'], 'application/problem+json')
})

test('several origins of a variant share its requests', async t => {
  const origins = [
    await startUpstream(t, 'a'),
    await startUpstream(t, 'b'),
    await startUpstream(t, 'c'),
  ]
  const files = oneRoute({ v1: 'http://127.0.0.1:1' })
  const urls = origins.map(({ url }) => JSON.stringify(url)).join(', ')
  files['routes/main.yaml'] = `match: { path: / }\nv1: { urls: [${urls}] }\npolicy: open\n`
  const gateway = await startGateway(t, files)
  const get = createClient(t, 1)
  for (let n = 0; n < 30; n++) await get(`${gateway.url}/`)
  assert.deepEqual(
    origins.map(({ count }) => count()),
    [10, 10, 10],
  )
})

import assert from 'node:assert/strict'
import { test } from 'node:test'
import { openRaw } from '../support/conversation.ts'
import { oneRoute, processWith, startGateway, upstreamClients } from '../support/gateway.ts'
import { startUpstream } from '../support/http.ts'
import { logged } from '../support/log-events.ts'
import { sendRaw } from '../support/raw.ts'
import { plainRequest, upgradeAnswer, upgradeRequest } from '../support/requests.ts'

const health = '{ path: /healthz, interval: 20ms, timeout: 10s, rise: 2, fall: 3 }'

/** An upstream that answers its name, and checks with a status that the test sets. */
async function startChecked(t: Parameters<typeof startUpstream>[0], name: string) {
  const state = { status: 204, checks: 0, requests: 0, heads: new Set<string>() }
  const { url } = await startUpstream(t, name, (incoming, response) => {
    if (incoming.url === '/healthz') {
      state.checks++
      state.heads.add(`${incoming.method} ${incoming.headers['user-agent']}`)
      // Never: the check hangs.
      if (state.status !== 0) response.writeHead(state.status).end()
      return
    }
    state.requests++
    incoming.resume()
    response.end(name)
  })
  return Object.assign(state, { url })
}

for (const client of upstreamClients) {
  const routes = (text: string) => ({
    ...oneRoute({ v1: 'http://127.0.0.1:9', v2: 'http://127.0.0.1:9', percent: 100 }),
    'routes/main.yaml': `match: { path: / }\n${text}policy: open\ndecisionHeader: true\n`,
    'switchback.yaml': processWith(client),
  })
  const toV2 = (v1: string, v2: string, how = health) =>
    routes(`v1: { url: "${v1}", health: ${how} }\nv2: { url: "${v2}", health: ${how} }\nflag: v2\n`)

  test(`(${client}) V2 that fails its checks gives way to V1, and has its requests back when it passes them`, async t => {
    const v1 = await startChecked(t, 'v1')
    const v2 = await startChecked(t, 'v2')
    const gateway = await startGateway(t, toV2(v1.url, v2.url))
    const healthy = () =>
      gateway.metric(`switchback_origin_healthy{route="main",variant="v2",origin="${v2.url}"}`)
    const ask = () => sendRaw(gateway.port, plainRequest('/', 'content-length: 0\r\n', 'POST'))
    assert.equal((await ask()).headers.get('x-switchback-decision'), 'v2; reason=in-share')
    assert.equal(await healthy(), 1)
    v2.status = 503
    await logged(gateway, 'unhealthy')
    const checksUntil = v2.checks
    const answer = await ask()
    assert.equal(
      answer.headers.get('x-switchback-decision'),
      'v1; reason=in-share; fallback=unhealthy',
    )
    assert.equal(v2.requests, 1)
    assert.equal(await healthy(), 0)
    assert.ok(checksUntil >= 3, `${checksUntil} checks`)
    const [told] = gateway.logLines.filter(line => line.includes('"event":"unhealthy"'))
    assert.equal(JSON.parse(told as string).finding, 'GET /healthz answered 503')
    v2.status = 302
    await logged(gateway, 'healthy')
    assert.equal((await ask()).headers.get('x-switchback-decision'), 'v2; reason=in-share')
    assert.equal(await healthy(), 1)
    assert.deepEqual([...v2.heads], ['GET switchback-health'])
  })

  test(`(${client}) V1 is asked however its checks go: a wrong check must not close the house`, async t => {
    const v1 = await startChecked(t, 'v1')
    v1.status = 404
    const gateway = await startGateway(t, routes(`v1: { url: "${v1.url}", health: ${health} }\n`))
    await logged(gateway, 'unhealthy')
    assert.equal((await sendRaw(gateway.port, plainRequest('/'))).status, 200)
  })

  test(`(${client}) of two origins the one that passes its checks is asked`, async t => {
    const good = await startChecked(t, 'good')
    const bad = await startChecked(t, 'bad')
    bad.status = 500
    const gateway = await startGateway(
      t,
      routes(`v1: { urls: ["${bad.url}", "${good.url}"], health: ${health} }\n`),
    )
    await logged(gateway, 'unhealthy')
    const before = bad.requests
    for (let i = 0; i < 10; i++) await sendRaw(gateway.port, plainRequest('/'))
    assert.equal(bad.requests, before)
    assert.equal(good.requests, 10)
  })

  test(`(${client}) a check that hangs is a bad one, and none is begun beside it`, async t => {
    const v1 = await startChecked(t, 'v1')
    const v2 = await startChecked(t, 'v2')
    v2.status = 0
    const hanging = health.replace('10s', '200ms').replace('fall: 3', 'fall: 1')
    const gateway = await startGateway(t, toV2(v1.url, v2.url, hanging))
    await logged(gateway, 'unhealthy')
    assert.equal(v2.checks, 1)
    assert.match(gateway.logLines.join(''), /GET \/healthz took longer than 200 ms/)
  })

  test(`(${client}) a reload that leaves an origin and its checks alone leaves it unhealthy`, async t => {
    const v1 = await startChecked(t, 'v1')
    const v2 = await startChecked(t, 'v2')
    v2.status = 503
    const files: Record<string, string> = toV2(v1.url, v2.url)
    const gateway = await startGateway(t, files)
    await logged(gateway, 'unhealthy')
    await gateway.edit({ 'routes/main.yaml': `${files['routes/main.yaml']}sticky: flag\n` })
    assert.notEqual((await gateway.reload()).result, 'refused')
    assert.equal((await sendRaw(gateway.port, plainRequest('/'))).body, 'v1')
    assert.equal(v2.requests, 0)
  })

  test(`(${client}) an origin that leaves the configuration is not checked any more`, async t => {
    const v1 = await startChecked(t, 'v1')
    const v2 = await startChecked(t, 'v2')
    const gateway = await startGateway(t, toV2(v1.url, v2.url))
    while (v2.checks < 2) await new Promise(resolve => setImmediate(resolve))
    await gateway.edit({
      'routes/main.yaml': `match: { path: / }\nv1: { url: "${v1.url}", health: ${health} }\npolicy: open\n`,
    })
    assert.notEqual((await gateway.reload()).result, 'refused')
    // What was under way at the reload has arrived when V1 has been checked this often again.
    const since = v1.checks
    while (v1.checks < since + 3) await new Promise(resolve => setImmediate(resolve))
    const left = v2.checks
    while (v1.checks < since + 8) await new Promise(resolve => setImmediate(resolve))
    assert.equal(v2.checks, left)
  })
}

test('a handshake for an unhealthy V2 goes to V1', async t => {
  const v1 = await startUpstream(t, 'v1')
  const v2 = await startChecked(t, 'v2')
  v2.status = 503
  const gateway = await startGateway(t, {
    ...oneRoute({ v1: v1.url, v2: v2.url, percent: 100 }),
    'routes/main.yaml': `match: { path: / }\nv1: { url: "${v1.url}" }\nv2: { url: "${v2.url}", health: ${health} }\nflag: v2\npolicy: open\n`,
  })
  await logged(gateway, 'unhealthy')
  // V1 speaks no WebSocket: its plain answer shows who was asked.
  const caller = openRaw(t, gateway.port, upgradeRequest('/'))
  assert.doesNotMatch(await caller.until('v1'), new RegExp(upgradeAnswer.slice(0, 12)))
  assert.equal(v2.requests, 0)
})

import assert from 'node:assert/strict'
import { type TestContext, test } from 'node:test'
import { setTimeout as wait } from 'node:timers/promises'
import { createIssuer } from '../identity/issuer.ts'
import { makeCertificate } from '../support/certificates.ts'
import { flagFile, oneRoute, startGateway } from '../support/gateway.ts'
import { startGatewayProcess } from '../support/gateway-process.ts'
import { createClient, startUpstream } from '../support/http.ts'
import { startPrometheus } from '../support/prometheus-server.ts'
import { startRedis } from '../support/redis-server.ts'
import { alerts, asked, questions, records, ruleFiles, selectorsOf } from './asked.ts'
import { promtool } from './promtool.ts'
import { unanswered } from './unanswered.ts'

/**
 * A gateway that has everything there are metrics of: two workers, a Redis, keys of an identity provider, a
 * certificate, and two routes whose V2 fails. `match` is switched back; `search` has its breaker open.
 */
async function start(t: TestContext) {
  const v1 = await startUpstream(t, 'v1')
  const v2 = await startUpstream(t, 'v2', (request, response) => {
    request.resume()
    if (request.url?.startsWith('/broken')) response.destroy()
    else response.writeHead(request.url?.startsWith('/fails') ? 500 : 200).end('v2')
  })
  const issuer = await createIssuer()
  const keys = await startUpstream(t, 'keys', (_request, response) => {
    response.end(JSON.stringify(issuer.jwks))
  })
  const { cert, key } = await makeCertificate({ commonName: 'gateway' })
  const redis = await startRedis(t)
  const route = (path: string, policy: string) =>
    `match: { path: ${path} }\nv1: { url: "${v1.url}", health: { path: /healthz } }\nv2: { url: "${v2.url}" }\nflag: ${policy}\npolicy: ${policy}\nuser: { header: x-user-id }\n`
  const gateway = await startGatewayProcess(t, {
    'switchback.yaml': `
listen: { host: 127.0.0.1, port: 0 }
admin: { port: 0 }
workers: 2
log: { level: info, access: false }
drain: { lingerMs: 0 }
store: { redis: "redis://127.0.0.1:${redis.port}" }
security: { events: { probing: { perClient: 2, inAll: 0, withinMs: 10000 } } }
`,
    'routes/match.yaml': route('/fails', 'match'),
    'routes/search.yaml': route('/broken', 'search'),
    'routes/sealed.yaml': `match: { path: /sealed }\nv1: { url: "https://127.0.0.1:1", tls: { certFile: own.pem, keyFile: own-key.pem } }\npolicy: sealed\n`,
    'policies/match.yaml': `auth: public
fallback: { methods: [GET] }
budgets: [{ signal: errors, max: 1% }]
`,
    'policies/search.yaml': `auth: public
fallback: { methods: [GET] }
breaker: { errorRate: 50%, minRequests: 5, openFor: 10m }
budgets: [{ signal: errors, max: 1%, dryRun: true }]
rateLimit: [{ key: ip, limit: 1000/s }]
maxInFlight: 100
shadow: {}
`,
    'policies/sealed.yaml': `auth: { issuer: https://idp.test, audience: api, jwks: "${keys.url}" }\n`,
    'flags/match.json': flagFile('match', 50),
    'flags/search.json': flagFile('search', 50),
    'own.pem': cert,
    'own-key.pem': key,
  })
  const get = createClient(t)
  const url = `http://127.0.0.1:${gateway.port}`
  let asked = 0

  /** Some requests of many users, on every route and on none. */
  async function traffic(): Promise<void> {
    const paths = ['/fails', '/broken', '/search', '/nowhere', '/sealed']
    await Promise.all(
      Array.from({ length: 20 }, () => {
        const user = String(asked++)
        return get(`${url}${paths[asked % paths.length]}`, { 'x-user-id': user })
      }),
    )
  }

  // Flags in files are for one machine alone, so that what moves them is on another.
  const other = await startGateway(t, {
    ...oneRoute({ v1: v1.url, v2: v2.url, policy: rollout }),
  })
  return { gateway, redis, traffic, adminPorts: [gateway.adminPort, other.adminPort] }
}

const rollout = `budgets: [{ signal: errors, max: 1% }]
rollout: { stages: [{ percent: 50, hold: 24h }, { percent: 100, hold: 24h }] }
`

test('a real Prometheus has an answer to everything that rules and dashboard ask', async t => {
  const { gateway, redis, traffic, adminPorts } = await start(t)
  const prometheus = await startPrometheus(t, adminPorts, ruleFiles)
  const expressions = new Set([
    ...questions.map(({ expr }) => asked(expr)),
    ...records.flatMap(({ record = '', expr }) => [record, expr]),
    // Of alerts what they look at: none of it may be there in vain, and few should fire.
    ...alerts.flatMap(({ expr }) => selectorsOf(expr).map(({ text }) => text)),
  ])
  assert.ok(expressions.size > 100)

  await t.test('each returns data', async () => {
    let open = [...expressions]
    while (open.length > 0) {
      await traffic()
      open = await unanswered(prometheus, open)
      if (open.length > 0) await wait(250)
    }
  })

  await t.test('promtool finds nothing wrong with what is scraped', async () => {
    const text = await (await fetch(`http://127.0.0.1:${gateway.adminPort}/metrics`)).text()
    assert.deepEqual(await promtool(['check', 'metrics'], text), { code: 0, output: '' })
  })

  await t.test('the alerts of real trouble are raised', async () => {
    redis.kill('SIGKILL')
    await gateway.edit({ 'routes/bad.yaml': 'match: { path: no }\n' })
    const wanted = new Set([
      'SwitchbackSwitchedBack',
      'SwitchbackBreakerOpen',
      'SwitchbackSecurityEvent',
      'SwitchbackSharedStoreDown',
      'SwitchbackConfigRefused',
    ])
    while (wanted.size > 0) {
      const { alerts: raised } = await prometheus.api<{
        alerts: { labels: { alertname: string } }[]
      }>('alerts')
      for (const { labels } of raised) wanted.delete(labels.alertname)
      await wait(100)
    }
  })

  await t.test('no rule failed', async () => {
    const { groups } = await prometheus.api<{
      groups: { rules: { name: string; health: string; lastError?: string }[] }[]
    }>('rules')
    const all = groups.flatMap(group => group.rules)
    assert.equal(all.length, records.length + alerts.length)
    assert.deepEqual(
      all.filter(({ health }) => health !== 'ok').map(({ name, lastError }) => [name, lastError]),
      [],
    )
  })
})

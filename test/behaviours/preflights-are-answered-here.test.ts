import assert from 'node:assert/strict'
import { test } from 'node:test'
import { config, createIssuer } from '../identity/issuer.ts'
import { oneRoute, startGateway } from '../support/gateway.ts'
import { sendRaw, startRawUpstream } from '../support/raw.ts'
import { assertRefused, lines, plainRequest } from '../support/requests.ts'

const issuer = await createIssuer()
const home = 'https://app.example.com'

const cors = `
cors:
  origins: [${home}, "https://*.shop.example"]
  methods: [GET, PUT]
  headers: [authorization, content-type]
  exposeHeaders: [x-request-id]
  credentials: true
  maxAgeSeconds: 60
`
const guarded = {
  'policies/open.yaml': `auth: { issuer: "${config.issuer}", audience: "${config.audience}", jwksFile: jwks.json }${cors}`,
  'jwks.json': JSON.stringify(issuer.jwks),
}

const preflight = (target: string, method: string, ...more: string[]) =>
  plainRequest(target, lines(`access-control-request-method: ${method}`, ...more), 'OPTIONS')

test('a preflight from a listed origin is told the permissions, without token and upstream', async t => {
  const upstream = await startRawUpstream(t)
  const gateway = await startGateway(t, { ...oneRoute({ v1: upstream.url }), ...guarded })
  const asked = preflight(
    '/',
    'PUT',
    `origin: ${home}`,
    'access-control-request-headers: authorization,x-other',
    'access-control-request-private-network: true',
  )
  const { status, body, headers } = await sendRaw(gateway.port, asked)
  assert.equal(status, 204)
  assert.equal(body, '')
  const { date, connection, 'x-request-id': id, ...rest } = Object.fromEntries(headers)
  assert.ok(id)
  assert.deepEqual(rest, {
    'access-control-allow-origin': home,
    'access-control-allow-credentials': 'true',
    'access-control-allow-methods': 'GET, PUT',
    'access-control-allow-headers': 'authorization, content-type',
    'access-control-max-age': '60',
    vary: 'Access-Control-Request-Method, Origin',
  })
  assert.equal(upstream.connections(), 0)
  assert.equal(await gateway.metric('switchback_preflights_total{route="main"}'), 1)
  const { route, answered, method, refusal } = JSON.parse(gateway.logLines.at(-1) as string)
  assert.deepEqual([route, answered, method, refusal], ['main', 'preflight', 'OPTIONS', undefined])
})

test('a preflight from any other origin is refused and told nothing', async t => {
  const upstream = await startRawUpstream(t)
  const gateway = await startGateway(t, { ...oneRoute({ v1: upstream.url }), ...guarded })
  for (const [detail, ...origins] of [
    ['origin-not-listed', 'origin: https://evil.example'],
    ['origin-not-listed', 'origin: https://app.example.com.evil.example'],
    ['origin-null', 'origin: null'],
    ['origin-repeated', `origin: ${home}`, `origin: ${home}`],
  ] as const) {
    const asked = preflight('/', 'GET', ...origins)
    const { headers } = await assertRefused(gateway.port, asked, 403, 'origin-refused')
    assert.ok(![...headers.keys()].some(name => name.startsWith('access-control-')), detail)
    assert.equal(headers.get('vary'), 'Origin')
    assert.equal(JSON.parse(gateway.logLines.at(-1) as string).detail, detail)
  }
  assert.equal(upstream.connections(), 0)
  assert.equal(await gateway.metric('switchback_preflights_total{route="main"}'), 0)
})

test('a preflight from an address that may not come in is refused', async t => {
  const gateway = await startGateway(
    t,
    oneRoute({ v1: 'http://127.0.0.1:9', policy: `addresses: { deny: [127.0.0.1] }${cors}` }),
  )
  await assertRefused(
    gateway.port,
    preflight('/', 'GET', `origin: ${home}`),
    403,
    'address-refused',
  )
})

test('the method that is announced decides whose permissions are asked for', async t => {
  const upstream = await startRawUpstream(t)
  const route = (methods: string, policy: string) =>
    `match: { path: /api, methods: [${methods}] }\nv1: { url: "${upstream.url}" }\npolicy: ${policy}\n`
  const policy = (origin: string) => `auth: public\ncors: { origins: ["${origin}"] }\n`
  const gateway = await startGateway(t, {
    ...oneRoute({ v1: upstream.url }),
    'routes/read.yaml': route('GET', 'read'),
    'routes/write.yaml': route('PUT, PATCH', 'write'),
    'routes/closed.yaml': route('DELETE', 'open'),
    'policies/read.yaml': policy('https://read.example'),
    'policies/write.yaml': policy('https://write.example'),
  })
  const ask = (method: string, origin: string) =>
    sendRaw(gateway.port, preflight('/api/x', method, `origin: ${origin}`))
  assert.equal((await ask('GET', 'https://read.example')).status, 204)
  assert.equal((await ask('PUT', 'https://write.example')).status, 204)
  assert.equal((await ask('PUT', 'https://read.example')).status, 403)
  assert.equal(upstream.connections(), 0)
  // No `cors` there: what to say is the upstream's matter, behind the route that takes OPTIONS.
  assert.equal((await ask('DELETE', 'https://read.example')).body, 'ok')
})

test('OPTIONS that is no preflight passes the doors like any request', async t => {
  const upstream = await startRawUpstream(t)
  const gateway = await startGateway(t, { ...oneRoute({ v1: upstream.url }), ...guarded })
  const good = `authorization: Bearer ${await issuer.sign()}`
  const twice = [`origin: ${home}`, 'access-control-request-method: PUT']
  for (const headers of [
    [],
    [`origin: ${home}`],
    ['access-control-request-method: GET'],
    ['access-control-request-method: GET', ...twice],
  ]) {
    const asked = (...more: string[]) => plainRequest('/', lines(...headers, ...more), 'OPTIONS')
    await assertRefused(gateway.port, asked(), 401, 'unauthenticated')
    assert.equal((await sendRaw(gateway.port, asked(good))).body, 'ok')
  }
})

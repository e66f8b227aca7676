import assert from 'node:assert/strict'
import { once } from 'node:events'
import { test } from 'node:test'
import { config, createIssuer } from '../identity/issuer.ts'
import { oneRoute } from '../support/gateway.ts'
import { startUpstream } from '../support/http.ts'
import { connectHttp2, startHttp2Gateway } from '../support/http2.ts'
import { startRawUpstream } from '../support/raw.ts'

const home = 'https://app.example.com'

function codeOf({ body }: { readonly body: string }): unknown {
  return JSON.parse(body).code
}

test('callers prove themselves, limits count and pages read what they may, as over HTTP/1.1', async t => {
  const issuer = await createIssuer()
  const v1 = await startUpstream(t, 'v1')
  const policy = `auth: { issuer: "${config.issuer}", audience: "${config.audience}", jwksFile: jwks.json }
maxBodyBytes: 5
cors: { origins: [${home}] }
securityHeaders: { hsts: { maxAgeSeconds: 60 } }
rateLimit: [ { key: ip, limit: 3/m } ]
`
  const gateway = await startHttp2Gateway(t, {
    ...oneRoute({ v1: v1.url }),
    'policies/open.yaml': policy,
    'jwks.json': JSON.stringify(issuer.jwks),
  })
  const { ask } = await connectHttp2(t, gateway)
  const stranger = await ask({ origin: home })
  assert.deepEqual([stranger.status, codeOf(stranger)], [401, 'unauthenticated'])
  assert.match(String(stranger.headers['www-authenticate']), /^Bearer/)
  assert.equal(stranger.headers['access-control-allow-origin'], home)

  const preflight = await ask({
    ':method': 'OPTIONS',
    origin: home,
    'access-control-request-method': 'POST',
  })
  assert.deepEqual([preflight.status, preflight.resetBy], [204, 0])

  const authorization = `Bearer ${await issuer.sign()}`
  const known = await ask({ authorization })
  assert.deepEqual([known.status, known.body], [200, 'v1'])
  assert.equal(known.headers['strict-transport-security'], 'max-age=60')
  assert.match(String(known.headers['ratelimit-policy']), /;q=3;/)

  const long = await ask({ authorization, ':method': 'POST' }, 'far too long')
  assert.deepEqual([long.status, codeOf(long)], [413, 'body-too-large'])
  assert.equal((await ask({ authorization })).status, 200)
  const often = await ask({ authorization })
  assert.deepEqual([often.status, codeOf(often)], [429, 'rate-limited'])
  assert.ok(often.headers['retry-after'] !== undefined)
  assert.equal(v1.count(), 2)
})

test('V1 answers where V2 fails', async t => {
  const v1 = await startRawUpstream(t)
  const v2 = await startUpstream(t, 'v2', (_incoming, response) => response.writeHead(500).end())
  const policy = 'fallback: { to: v1, methods: [GET] }\n'
  const both = oneRoute({ v1: v1.url, v2: v2.url, percent: 100, policy })
  const gateway = await startHttp2Gateway(t, both)
  const { ask } = await connectHttp2(t, gateway)
  const answer = await ask({ 'x-user-id': 'u1' })
  assert.deepEqual([answer.status, answer.body], [200, 'ok'])
  const fellBack = 'switchback_fallbacks_total{route="main",reason="v2-error"}'
  assert.equal(await gateway.metric(fellBack), 1)
})

test('a request over HTTP/2 is copied to the other variant', async t => {
  const copied = Promise.withResolvers<string | undefined>()
  const v1 = await startUpstream(t, 'v1')
  const v2 = await startUpstream(t, 'v2', (incoming, response) => {
    copied.resolve(incoming.url)
    response.end('v2')
  })
  const policy = 'shadow: { share: 100%, noise: 0% }\n'
  const both = oneRoute({ v1: v1.url, v2: v2.url, percent: 0, policy })
  const gateway = await startHttp2Gateway(t, both)
  const { ask } = await connectHttp2(t, gateway)
  assert.equal((await ask({ ':path': '/copied' })).body, 'v1')
  assert.equal(await copied.promise, '/copied')
})

test('a place on a route is given back with the stream', async t => {
  const v1 = await startUpstream(t, 'v1', (_incoming, response) => response.flushHeaders())
  const policy = 'maxInFlight: 1\n'
  const gateway = await startHttp2Gateway(t, oneRoute({ v1: v1.url, policy }))
  const { session, ask } = await connectHttp2(t, gateway)
  for (let turn = 0; turn < 3; turn++) {
    const held = session.request({ ':authority': 'shop.test' })
    held.on('error', () => {})
    await once(held, 'response')
    const full = await ask({})
    assert.deepEqual([full.status, codeOf(full)], [503, 'route-full'])
    held.close()
    while ((await gateway.metric('switchback_http2_streams')) > 0) {}
  }
})

test('the log says what was spoken', async t => {
  const v1 = await startUpstream(t, 'v1')
  const gateway = await startHttp2Gateway(t, oneRoute({ v1: v1.url }))
  const { ask } = await connectHttp2(t, gateway)
  await ask({})
  const line = gateway.logLines.find(each => each.includes('"msg":"request"')) ?? '{}'
  assert.equal(JSON.parse(line).protocol, '2.0')
  assert.equal(await gateway.metric('switchback_http2_requests_total'), 1)
  assert.equal(await gateway.metric('switchback_http2_sessions'), 1)
})

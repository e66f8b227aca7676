import assert from 'node:assert/strict'
import { once } from 'node:events'
import { request } from 'node:https'
import { type TestContext, test } from 'node:test'
import type { SessionAnswer } from '../../src/admin/session/session-routes.ts'
import { cookieOf } from '../admin/browser.ts'
import { readEvents } from '../admin/event-stream.ts'
import { entryOf, tokenOf } from '../admin/operators.ts'
import { makeAuthority, makeCertificate } from '../support/certificates.ts'
import { freePort } from '../support/free-port.ts'
import { oneRoute, startGateway } from '../support/gateway.ts'

const authority = await makeAuthority('operators.test')
const certificate = await makeCertificate({
  ...{ commonName: 'gateway.test', altNames: ['127.0.0.1'], ca: authority },
})
const ca = authority.cert

const processWith = (
  names: readonly string[],
  more: object = {},
) => `listen: { host: 127.0.0.1, port: 0 }
admin: ${JSON.stringify({
  ...{ port: 0, tls: { certFile: 'cert.pem', keyFile: 'key.pem' } },
  tokens: names.map(name => entryOf(name, 'operator')),
  ...more,
})}
drain: { lingerMs: 0 }
`

async function start(t: TestContext) {
  const gateway = await startGateway(t, {
    ...oneRoute({ v1: 'http://127.0.0.1:9' }),
    ...{ 'cert.pem': certificate.cert, 'key.pem': certificate.key },
    'switchback.yaml': processWith(['anna', 'vera']),
  })
  async function ask(
    method: string,
    path: string,
    options: { headers?: Record<string, string>; body?: object } = {},
  ) {
    const headers = { 'content-type': 'application/json', ...options.headers }
    const to = { host: '127.0.0.1', port: gateway.adminPort, method, path, headers }
    const asking = request({ ...to, ca, agent: false })
    asking.end(options.body === undefined ? undefined : JSON.stringify(options.body))
    const [answer] = await once(asking, 'response')
    let text = ''
    for await (const chunk of answer.setEncoding('utf8')) text += chunk
    return { status: answer.statusCode as number, headers: answer.headers, json: JSON.parse(text) }
  }
  return { gateway, ask }
}

test('over TLS a browser logs in, switches back, and is gone with its token', async t => {
  const { gateway, ask } = await start(t)
  const login = await ask('POST', '/login', { body: { token: tokenOf('anna') } })
  assert.equal(login.status, 200)
  assert.match(
    String(login.headers['set-cookie']),
    /^__Host-switchback_session=[\w-]{43}; Path=\/; HttpOnly; SameSite=Strict; Secure$/,
  )
  assert.equal(login.headers['strict-transport-security'], 'max-age=31536000')
  const cookie = cookieOf(login)
  const headers = { cookie, 'x-switchback-csrf': login.json.csrf }
  const plain = cookie.replace('__Host-', '')
  assert.equal((await ask('GET', '/status', { headers: { cookie: plain } })).status, 401)

  const changed = await ask('POST', '/revocations', {
    ...{ headers, body: { sub: 'eve', why: 'left' } },
  })
  assert.deepEqual([changed.status, changed.json.done], [200, true])
  const { json } = await ask('GET', '/audit', { headers: { cookie } })
  assert.match(JSON.stringify(json), /"who":"anna"/)

  const stream = await readEvents(t, gateway.adminUrl, { headers: { cookie }, ca })
  await stream.nextOf('opened')
  await gateway.edit({ 'switchback.yaml': processWith(['vera']) })
  // The files are watched as well: who comes first applies them.
  assert.notEqual((await gateway.reload()).result, 'refused')
  assert.equal(await stream.ended(), true)
  assert.equal((await ask('GET', '/status', { headers: { cookie } })).status, 401)
  const told = gateway.logLines.map(line => JSON.parse(line))
  const ended = told.filter(({ event }) => event === 'admin-session-ended')
  assert.deepEqual(
    ended.map(({ name, why }) => [name, why]),
    [['anna', 'withdrawn']],
  )
  // What a browser was left with after a restart or a reload is nobody's attack.
  for (let i = 0; i < 12; i++) await ask('GET', '/status', { headers: { cookie } })
  const vera = await ask('POST', '/login', { body: { token: tokenOf('vera') } })
  const security = await ask('GET', '/security', { headers: { cookie: cookieOf(vera) } })
  assert.deepEqual(security.json, { lasting: [], ended: [] })
  assert.doesNotMatch(gateway.logLines.join(), new RegExp(cookie.split('=')[1] as string))
})

test('a provider that is down stops no start, and nobody with a token', async t => {
  const issuer = `http://127.0.0.1:${await freePort()}`
  const oidc = {
    ...{ issuer, audience: 'switchback-api', jwks: `${issuer}/jwks`, roles: { viewer: ['dev'] } },
    login: { clientId: 'switchback', redirectUri: 'http://127.0.0.1:9900/login/callback' },
  }
  const gateway = await startGateway(t, {
    ...oneRoute({ v1: 'http://127.0.0.1:9' }),
    'switchback.yaml': processWith(['anna'], { oidc, tls: undefined }),
  })
  const sent = await fetch(`${gateway.adminUrl}/login/oidc`, { redirect: 'manual' })
  const { error } = (await sent.json()) as { error: string }
  assert.deepEqual([sent.status, error], [503, 'identity-unavailable'])
  const headers = { 'content-type': 'application/json' }
  const body = JSON.stringify({ token: tokenOf('anna') })
  const login = await fetch(`${gateway.adminUrl}/login`, { method: 'POST', headers, body })
  const { who, login: ways } = (await login.json()) as SessionAnswer
  assert.deepEqual([login.status, who, ways], [200, 'anna', { token: true, oidc: true }])
  assert.ok(gateway.logLines.some(line => line.includes('"reason":"provider-unavailable"')))
})

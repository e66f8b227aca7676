import assert from 'node:assert/strict'
import type { IncomingHttpHeaders } from 'node:http'
import { type TestContext, test } from 'node:test'
import { type Publishes, startIdentityProvider } from '../identity/identity-provider.ts'
import { config, createIssuer } from '../identity/issuer.ts'
import { openRaw, startScriptedUpstream } from '../support/conversation.ts'
import { oneRoute, startGateway } from '../support/gateway.ts'
import { createClient, startUpstream } from '../support/http.ts'
import { sendRaw } from '../support/raw.ts'
import {
  assertRefused,
  headsIn,
  lines,
  plainRequest,
  upgradeAnswer,
  upgradeRequest,
  valuesIn,
} from '../support/requests.ts'

const issuer = await createIssuer('ES256', 'key-1')
const rotated = await createIssuer('ES256', 'key-2')

/** `auth` that fetches its keys, with more of it as lines of YAML. */
function authBy(jwks: string, ...more: string[]): string {
  const first = [`issuer: "${config.issuer}"`, 'audience: api', `jwks: "${jwks}"`]
  return `auth:\n${[...first, 'algorithms: [ES256]', ...more].map(line => `  ${line}\n`).join('')}`
}

/** A gateway before an upstream that keeps what it sees, and a provider of keys. */
async function setUp(t: TestContext, first: Publishes, ...more: string[]) {
  const provider = await startIdentityProvider(t, first)
  const seen: IncomingHttpHeaders[] = []
  const v1 = await startUpstream(t, 'v1', (request, response) => {
    seen.push(request.headers)
    response.end('v1')
  })
  const gateway = await startGateway(t, {
    ...oneRoute({ v1: v1.url }),
    'policies/open.yaml': authBy(provider.url, ...more),
  })
  return { provider, gateway, seen, v1, get: createClient(t) }
}

const bearer = (token: string) => ({ authorization: `Bearer ${token}` })

test('keys are there before the first request, and tokens by them pass', async t => {
  const { gateway, get, provider } = await setUp(t, issuer.jwks)
  assert.equal(provider.fetches(), 1)
  const { status } = await get(gateway.url, bearer(await issuer.sign()))
  assert.equal(status, 200)
  const refused = await get(gateway.url, bearer(await rotated.sign()))
  assert.equal(refused.status, 401)
  assert.equal(refused.headers['www-authenticate'], 'Bearer error="invalid_token"')
  const none = await get(gateway.url)
  assert.equal(none.headers['www-authenticate'], 'Bearer')
  const label = `{jwks="${provider.url}"`
  assert.equal(await gateway.metric(`switchback_jwks_up${label}}`), 1)
  assert.equal(await gateway.metric(`switchback_jwks_fetches_total${label},result="new-keys"}`), 1)
  assert.equal(
    await gateway.metric('switchback_refusal_details_total{route="main",detail="key-unknown"}'),
    1,
  )
})

test('a start without the provider succeeds; its callers get 503 until there are keys', async t => {
  const { gateway, get, provider, v1 } = await setUp(t, response => response.writeHead(500).end())
  const answer = await get(gateway.url, bearer(await issuer.sign()))
  assert.equal(answer.status, 503)
  assert.equal(JSON.parse(answer.body).code, 'identity-unavailable')
  assert.equal(answer.headers['retry-after'], '30')
  assert.equal(v1.count(), 0)
  assert.equal(await gateway.metric(`switchback_jwks_up{jwks="${provider.url}"}`), 0)
  const told = gateway.logLines
    .map(line => JSON.parse(line))
    .find(({ event }) => event === 'failed')
  assert.deepEqual([told.jwks, told.reason], [provider.url, 'status-refused'])
})

test('keys outlive a reload, and are fetched from another address when the policy names it', async t => {
  const { gateway, get, provider } = await setUp(t, issuer.jwks)
  await provider.stop()
  await gateway.edit({ 'policies/open.yaml': `${authBy(provider.url)}maxBodyBytes: 5\n` })
  assert.notEqual((await gateway.reload()).result, 'refused')
  assert.equal((await get(gateway.url, bearer(await issuer.sign()))).status, 200)
  assert.equal(provider.fetches(), 1)

  const next = await startIdentityProvider(t, rotated.jwks)
  await gateway.edit({ 'policies/open.yaml': authBy(next.url) })
  assert.notEqual((await gateway.reload()).result, 'refused')
  assert.equal((await get(gateway.url, bearer(await rotated.sign()))).status, 200)
  assert.equal((await get(gateway.url, bearer(await issuer.sign()))).status, 401)
  assert.equal(await gateway.metric(`switchback_jwks_up{jwks="${provider.url}"}`), 0)
  assert.equal(await gateway.metric(`switchback_jwks_up{jwks="${next.url}"}`), 1)
})

test('a known caller who may not is answered 403, by method, and V1 is not asked', async t => {
  const { gateway, get, v1 } = await setUp(
    t,
    issuer.jwks,
    'allow:',
    '  - { methods: [GET], roles: [user] }',
    '  - { roles: [admin], scopes: [write] }',
  )
  const user = bearer(await issuer.sign({ roles: ['user'] }))
  const admin = bearer(await issuer.sign({ roles: ['admin'], scope: 'read write' }))
  const reader = bearer(await issuer.sign({ roles: ['admin'], scope: 'read' }))
  assert.equal((await get(gateway.url, user)).status, 200)
  assert.equal((await get(gateway.url, admin, 'POST')).status, 200)
  for (const [headers, reason] of [
    [user, 'role-missing'],
    [reader, 'scope-missing'],
  ] as const) {
    const refused = await get(gateway.url, headers, 'POST')
    assert.equal(refused.status, 403)
    assert.equal(JSON.parse(refused.body).code, 'forbidden')
    assert.equal(refused.headers['www-authenticate'], 'Bearer error="insufficient_scope"')
    const counted = `switchback_refusal_details_total{route="main",detail="${reason}"}`
    assert.equal(await gateway.metric(counted), 1)
  }
  assert.equal(v1.count(), 2)
})

test('B4: a handshake passes the same door: 401, 403, 503 before any upstream socket', async t => {
  const provider = await startIdentityProvider(t, issuer.jwks)
  const upstream = await startScriptedUpstream(t)
  const more = ['roles: [user]', 'forward: { claims: { x-caller-id: sub }, authorization: drop }']
  const gateway = await startGateway(t, {
    ...oneRoute({ v1: upstream.url }),
    'policies/open.yaml': authBy(provider.url, ...more),
  })
  const token = (signed: string) => `authorization: Bearer ${signed}`
  const handshake = (...headers: string[]) => upgradeRequest('/', lines(...headers))
  const refuses = (status: number, code: Parameters<typeof assertRefused>[3], signed: string) =>
    assertRefused(gateway.port, handshake(token(signed)), status, code)

  const stranger = await refuses(401, 'unauthenticated', await rotated.sign({ roles: ['user'] }))
  assert.equal(stranger.headers.get('www-authenticate'), 'Bearer error="invalid_token"')
  const guest = await refuses(403, 'forbidden', await issuer.sign())
  assert.equal(guest.headers.get('www-authenticate'), 'Bearer error="insufficient_scope"')
  assert.equal(upstream.connections(), 0)

  const user = token(await issuer.sign({ roles: 'user' }))
  const client = openRaw(t, gateway.port, handshake(user, 'x-caller-id: root', 'X_Caller_Id: root'))
  const served = await upstream.accept()
  const [head = ''] = headsIn(await served.until('\r\n\r\n'))
  assert.deepEqual(valuesIn(head, 'x-caller-id'), ['user-42'])
  assert.doesNotMatch(head, /root|authorization/i)
  served.send(upgradeAnswer)
  await client.until('101 Switching Protocols')

  const down = await startIdentityProvider(t, '')
  await gateway.edit({ 'policies/open.yaml': authBy(down.url, ...more) })
  await gateway.reload()
  const without = await refuses(503, 'identity-unavailable', await issuer.sign({ roles: 'user' }))
  assert.equal(without.headers.get('retry-after'), '30')
  assert.equal(upstream.connections(), 1)
})

test('B10: nobody can say who they are in the place of their token, in any spelling', async t => {
  const { gateway, seen } = await setUp(
    t,
    issuer.jwks,
    'forward: { claims: { X-Caller-Id: sub, x-tenant: org.tenant }, authorization: drop }',
  )
  const forged = [
    'x-caller-id: root',
    'X-CALLER-ID: root',
    'x_caller_id: root',
    'X.Caller.Id: root',
    'x-caller_id: root',
    'x-tenant: root',
    'x_tenant: root',
    'connection: close, x-caller-id, x-tenant',
  ]
  const good = `authorization: Bearer ${await issuer.sign()}`
  const { status } = await sendRaw(gateway.port, plainRequest('/', lines(...forged, good)))
  assert.equal(status, 200)
  const [headers] = seen
  assert.equal(headers?.['x-caller-id'], 'user-42')
  assert.equal(headers?.['x-tenant'], undefined)
  assert.equal(headers?.authorization, undefined)
  assert.doesNotMatch(JSON.stringify(headers), /root/)
})

test('a named cookie carries the token, and a request with both is refused', async t => {
  const { gateway, get, seen } = await setUp(t, issuer.jwks, 'cookie: session')
  const token = await issuer.sign()
  const cookie = `theme=dark; session=${token}`
  assert.equal((await get(gateway.url, { cookie })).status, 200)
  assert.equal(seen[0]?.cookie, cookie)
  const both = await get(gateway.url, { cookie, ...bearer(token) })
  assert.equal(both.status, 400)
  assert.equal(JSON.parse(both.body).code, 'ambiguous-header')
})

test('a copy tells V2 nothing of the caller, unless it carries the credentials of the client', async t => {
  const provider = await startIdentityProvider(t, issuer.jwks)
  const copies: IncomingHttpHeaders[] = []
  const copied = new EventTarget()
  const v1 = await startUpstream(t, 'v1')
  const v2 = await startUpstream(t, 'v2', (request, response) => {
    copies.push(request.headers)
    response.end('v2', () => copied.dispatchEvent(new Event('copied')))
  })
  const auth = authBy(provider.url, 'forward: { claims: { x-caller-id: sub } }')
  const policyWith = (shadow: string) => ({ 'policies/open.yaml': `${auth}shadow: ${shadow}\n` })
  const gateway = await startGateway(t, {
    ...oneRoute({ v1: v1.url, v2: v2.url, percent: 0 }),
    ...policyWith('{ noise: 0% }'),
  })
  const get = createClient(t)
  async function copyOf(token: string): Promise<IncomingHttpHeaders> {
    const arrives = new Promise(resolve => {
      copied.addEventListener('copied', resolve, { once: true })
    })
    assert.equal((await get(gateway.url, bearer(token))).body, 'v1')
    await arrives
    return copies.at(-1) ?? assert.fail('nothing was copied')
  }
  const without = await copyOf(await issuer.sign())
  assert.equal(without['x-caller-id'], undefined)
  assert.equal(without.authorization, undefined)
  await gateway.edit(policyWith('{ noise: 0%, credentials: client }'))
  assert.notEqual((await gateway.reload()).result, 'refused')
  assert.equal((await copyOf(await issuer.sign()))['x-caller-id'], 'user-42')
})

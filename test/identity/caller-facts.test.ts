import assert from 'node:assert/strict'
import type { IncomingMessage } from 'node:http'
import { test } from 'node:test'
import type { LinkedRoute } from '../../src/config/snapshot.ts'
import { createIdentifier } from '../../src/identity/identify.ts'
import type { GatewayRequest } from '../../src/ingress/request.ts'
import { plainRules } from '../support/rules.ts'
import { config, createIssuer, issuedAtSeconds, ruleOf, verifierOf } from './issuer.ts'

const issuer = await createIssuer('EdDSA')
const isRevoked = () => false

function routeWith(
  auth: LinkedRoute['rules']['auth'],
  facts: Partial<Pick<LinkedRoute, 'user' | 'properties'>> = {},
): LinkedRoute {
  return {
    name: 'match',
    match: { path: '/' },
    v1: { url: 'http://127.0.0.1:1', hostHeader: 'preserve' },
    policy: 'p',
    sticky: 'flag',
    stickyKey: ['user'],
    properties: {},
    decisionHeader: false,
    ...facts,
    rules: { ...plainRules, auth },
  }
}

function requestWith(...headers: string[]): GatewayRequest {
  return {
    raw: {} as IncomingMessage,
    id: 'id',
    method: 'GET',
    scheme: 'http',
    authority: 'a',
    host: 'a',
    path: '/',
    query: '',
    address: '192.0.2.7',
    certificate: { ok: false, reason: 'certificate-missing' },
    upgrade: false,
    bodyLength: 0,
    expectsContinue: false,
    headers,
    trace: null,
    added: [],
  }
}

const caller = (
  userId: string | null,
  properties: Record<string, string> = {},
  claims: object | null = null,
) => ({
  ok: true,
  caller: { userId, address: '192.0.2.7', properties, claims },
})

/** Of a token that adds nothing. */
const usual = {
  iss: config.issuer,
  aud: config.audience,
  sub: 'user-42',
  exp: issuedAtSeconds + 300,
}

test('a public route answers at once, without a user where none is named', () => {
  const identify = createIdentifier({ route: routeWith('public'), verifier: null, isRevoked })
  assert.deepEqual(identify(requestWith('x-user-id', '42')), caller(null))
})

test('user and properties come from the headers that the route names, whatever their letter case', () => {
  const route = routeWith('public', {
    user: { header: 'X-User-Id' },
    properties: { segment: { header: 'X-Segment' }, tenant: { header: 'x-tenant' } },
  })
  const identify = createIdentifier({ route, verifier: null, isRevoked })
  assert.deepEqual(
    identify(requestWith('x-user-id', '42', 'x-segment', 'beta_users')),
    caller('42', { segment: 'beta_users' }),
  )
})

test('an empty header names nobody', () => {
  const route = routeWith('public', {
    user: { header: 'x-user-id' },
    properties: { segment: { header: 'x-segment' } },
  })
  const identify = createIdentifier({ route, verifier: null, isRevoked })
  assert.deepEqual(identify(requestWith('x-user-id', '', 'x-segment', '')), caller(null))
})

test('a deciding header given twice is refused, even with one value', () => {
  const route = routeWith('public', {
    user: { header: 'x-user-id' },
    properties: { segment: { header: 'x-segment' } },
  })
  const identify = createIdentifier({ route, verifier: null, isRevoked })
  const refused = {
    ...{ ok: false, refusal: 'ambiguous-header', reason: 'source-repeated' },
    claims: null,
  }
  assert.deepEqual(identify(requestWith('x-user-id', '42', 'x-user-id', '42')), refused)
  assert.deepEqual(identify(requestWith('x-user-id', '', 'x-user-id', '42')), refused)
  assert.deepEqual(identify(requestWith('x-segment', 'a', 'x-segment', 'b')), refused)
})

test('the user may be a claim of the token, and a known token is answered without a promise', async () => {
  const route = routeWith(ruleOf(), { user: { claim: 'sub' } })
  const identify = createIdentifier({ route, verifier: verifierOf(issuer), isRevoked })
  const request = requestWith('authorization', `Bearer ${await issuer.sign()}`)
  const first = identify(request)
  assert.ok(first instanceof Promise)
  assert.deepEqual(await first, caller('user-42', {}, usual))
  assert.deepEqual(identify(request), caller('user-42', {}, usual))
})

test('claims that are strings or numbers become facts, others are ignored', async () => {
  const route = routeWith(ruleOf(), {
    user: { claim: 'account' },
    properties: {
      tenant: { claim: 'tenant' },
      roles: { claim: 'roles' },
      active: { claim: 'active' },
      inherited: { claim: 'constructor' },
      segment: { header: 'x-segment' },
    },
  })
  const identify = createIdentifier({ route, verifier: verifierOf(issuer), isRevoked })
  const claims = { account: 1007, tenant: 'acme', roles: ['admin'], active: true }
  const token = await issuer.sign(claims)
  assert.deepEqual(
    await identify(requestWith('authorization', `Bearer ${token}`, 'x-segment', 'beta_users')),
    caller('1007', { tenant: 'acme', segment: 'beta_users' }, { ...usual, ...claims }),
  )
})

test('a JWT route refuses who brings no token, two, or a bad one, and says why to the operator', async () => {
  const identify = createIdentifier({
    route: routeWith(ruleOf()),
    verifier: verifierOf(issuer),
    isRevoked,
  })
  const bearer = `Bearer ${await issuer.sign()}`
  assert.deepEqual(await identify(requestWith()), {
    ok: false,
    refusal: 'unauthenticated',
    reason: 'token-missing',
  })
  assert.deepEqual(await identify(requestWith('authorization', bearer, 'authorization', bearer)), {
    ok: false,
    refusal: 'ambiguous-header',
    reason: 'token-repeated',
  })
  assert.deepEqual(await identify(requestWith('authorization', bearer.slice(0, -8))), {
    ok: false,
    refusal: 'unauthenticated',
    reason: 'signature-refused',
  })
  assert.deepEqual(await identify(requestWith('authorization', `${bearer}=`)), {
    ok: false,
    refusal: 'unauthenticated',
    reason: 'token-malformed',
  })
})

test('a JWT policy without a verifier cannot be wired', () => {
  assert.throws(
    () => createIdentifier({ route: routeWith(ruleOf()), verifier: null, isRevoked }),
    /Cannot identify the callers of route match: verifier must be given/,
  )
})

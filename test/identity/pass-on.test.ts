import assert from 'node:assert/strict'
import { test } from 'node:test'
import { createPassOn, headerValueOf } from '../../src/identity/pass-on.ts'
import type { GatewayRequest } from '../../src/ingress/request.ts'
import { ruleOf } from './issuer.ts'

type Auth = Parameters<typeof ruleOf>[0]

/** Headers as upstreams see them. */
function passed(auth: Auth, headers: readonly string[], claims: Record<string, unknown>) {
  const passOn = createPassOn(ruleOf(auth))
  assert.ok(passOn !== null)
  const caller = { userId: null, address: '192.0.2.1', properties: {}, claims }
  return passOn({ headers } as GatewayRequest, caller).headers
}

test('a policy that tells nothing leaves the request alone', () => {
  assert.equal(createPassOn(ruleOf()), null)
  assert.equal(createPassOn('public'), null)
})

test('claims take the place of what the client sent under their names, or leave it empty', () => {
  const forward = {
    claims: { 'X-User-Id': 'sub', 'x-tenant': 'org.id' },
    authorization: 'keep',
  } as const
  const sent = ['x-user-id', 'root', 'accept', '*/*', 'x-tenant', 'all', 'x-user-id', 'admin']
  assert.deepEqual(passed({ forward }, sent, { sub: '42', org: { id: 7 } }), [
    'accept',
    '*/*',
    'x-user-id',
    '42',
    'x-tenant',
    '7',
  ])
  assert.deepEqual(passed({ forward }, sent, {}), ['accept', '*/*'])
})

test('only what a header can carry unchanged is told', () => {
  assert.equal(headerValueOf('Ada Lovelace'), 'Ada Lovelace')
  assert.equal(headerValueOf(true), 'true')
  assert.equal(headerValueOf(['a', 'b', 3]), 'a,b,3')
  const unsafe = ['', ' a', 'a ', 'a\r\nx-role: admin', 'a\0', 'a\tb', 'Łukasz', '\u{1f600}']
  for (const value of [...unsafe, null, undefined, {}, [], ['a,b'], ['a', ['b']], ['a', '\n']]) {
    assert.equal(headerValueOf(value), null, JSON.stringify(value))
  }
})

test('a dropped token goes from both of its places, and no other cookie does', () => {
  const auth: Auth = { cookie: 'session', forward: { claims: {}, authorization: 'drop' } }
  const sent = ['authorization', 'Bearer a', 'cookie', 'a=1; session=t; b=2', 'cookie', 'session=t']
  assert.deepEqual(passed(auth, sent, {}), ['cookie', 'a=1; b=2'])
  assert.deepEqual(passed(auth, ['cookie', 'mysession=1; session = t;x=2'], {}), [
    'cookie',
    'mysession=1;x=2',
  ])
})

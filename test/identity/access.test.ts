import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { JwtConfig } from '../../src/config/schema-auth.ts'
import { createAccess } from '../../src/identity/access.ts'
import { ruleOf } from './issuer.ts'

/** What becomes of a method and claims: `ok`, or what is missing. */
function access(auth: Partial<JwtConfig>) {
  const mayDo = createAccess(ruleOf(auth).access)
  assert.ok(mayDo !== null)
  return (method: string, claims: Record<string, unknown>) => mayDo(method, claims) ?? 'ok'
}

test('a policy that asks for nothing costs nothing', () => {
  assert.equal(createAccess(ruleOf().access), null)
})

test('one entry that covers the method must be fulfilled', () => {
  const says = access({
    allow: [
      { methods: ['GET'], roles: ['user', 'admin'] },
      { methods: ['GET', 'POST', 'DELETE'], roles: ['admin'], scopes: ['write', 'shop'] },
    ],
  })
  assert.equal(says('GET', { roles: ['user'] }), 'ok')
  assert.equal(says('GET', { roles: ['guest'] }), 'role-missing')
  assert.equal(says('POST', { roles: ['user'], scope: 'write shop' }), 'role-missing')
  assert.equal(says('POST', { roles: ['admin'], scope: 'write' }), 'scope-missing')
  assert.equal(says('POST', { roles: ['admin'], scope: 'shop write more' }), 'ok')
  assert.equal(says('DELETE', {}), 'role-missing')
})

test('a method that no entry covers is allowed to nobody', () => {
  const says = access({ allow: [{ methods: ['GET'] }] })
  assert.equal(says('GET', {}), 'ok')
  for (const method of ['HEAD', 'PUT', 'get']) {
    assert.equal(says(method, { roles: ['admin'], scope: 'write' }), 'method-not-covered')
  }
})

test('roles and scopes beside allow are asked of everyone', () => {
  const says = access({ roles: ['user'], scopes: ['shop'], allow: [{ roles: ['admin'] }] })
  assert.equal(says('GET', { roles: ['user', 'admin'], scope: 'shop' }), 'ok')
  assert.equal(says('GET', { roles: ['admin'], scope: 'shop' }), 'role-missing')
  assert.equal(says('GET', { roles: ['user'], scope: 'shop' }), 'role-missing')
  assert.equal(says('GET', { roles: ['user', 'admin'] }), 'scope-missing')
})

test('roles are a text or a list, scopes a text with spaces or a list, anything else is none', () => {
  const role = access({ roles: ['a b'] })
  assert.equal(role('GET', { roles: 'a b' }), 'ok')
  assert.equal(role('GET', { roles: 'x a b' }), 'role-missing')
  for (const roles of [{ 'a b': true }, 7, null, undefined, [['a b']], { length: 1, 0: 'a b' }]) {
    assert.equal(role('GET', { roles }), 'role-missing', JSON.stringify(roles))
  }
  const scope = access({ scopes: ['read', 'write'] })
  assert.equal(scope('GET', { scope: 'write read' }), 'ok')
  assert.equal(scope('GET', { scope: ['read', 'write'] }), 'ok')
  assert.equal(scope('GET', { scope: 'readwrite' }), 'scope-missing')
  assert.equal(scope('GET', { scope: 'read,write' }), 'scope-missing')
})

test('a claim may stand deeper, or have dots in its name', () => {
  const deep = access({ rolesClaim: 'realm_access.roles', roles: ['admin'] })
  assert.equal(deep('GET', { realm_access: { roles: ['admin'] } }), 'ok')
  assert.equal(deep('GET', { realm_access: 'admin' }), 'role-missing')
  assert.equal(deep('GET', { roles: ['admin'] }), 'role-missing')
  const url = access({ rolesClaim: 'https://example.com/roles', roles: ['admin'] })
  assert.equal(url('GET', { 'https://example.com/roles': ['admin'] }), 'ok')
  const inherited = access({ rolesClaim: 'constructor.name', roles: ['Object'] })
  assert.equal(inherited('GET', {}), 'role-missing')
})

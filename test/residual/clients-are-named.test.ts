import assert from 'node:assert/strict'
import { test } from 'node:test'
import { createClientName } from '../../src/residual/client-name.ts'

test('a client is named by the first way that says one', () => {
  const nameOf = createClientName([
    { claim: 'azp' },
    { header: 'X-Client' },
    'certificate',
    'user-agent',
  ])
  const agent = ['user-agent', 'okhttp/4.9.1']
  const certificate = { certificate: { name: 'billing.internal' } }
  assert.equal(nameOf(agent, { azp: 'shop-app', ...certificate }), 'shop-app')
  assert.equal(nameOf([...agent, 'x-client', 'kiosk 7'], certificate), 'kiosk 7')
  assert.equal(nameOf(agent, { azp: 7, ...certificate }), 'billing.internal')
  assert.equal(nameOf(agent, { azp: '' }), 'okhttp/4')
  assert.equal(nameOf(agent, null), 'okhttp/4')
  assert.equal(nameOf([], {}), '(none)')
})

test('of a user agent only product and major version count', () => {
  const nameOf = createClientName(['user-agent'])
  for (const [agent, name] of [
    ['Mozilla/5.0 (X11; Linux) Gecko', 'Mozilla/5'],
    ['acme-app/v12.3 okhttp/4', 'acme-app/12'],
    ['curl', 'curl'],
    ['curl/2026.11.21-build', 'curl/2026'],
    ['(compatible)', '(none)'],
    ['', '(none)'],
    [`${'a'.repeat(60)}/1`, 'a'.repeat(48)],
  ] as const) {
    // Twice, since it is remembered.
    assert.equal(nameOf(['user-agent', agent], null), name)
    assert.equal(nameOf(['user-agent', agent], null), name)
  }
})

test('what could be taken for something else, or is long, is no name', () => {
  const nameOf = createClientName([{ header: 'x-client' }])
  for (const value of ['(other)', '<b>', 'a\u202eb', 'a|b', ' a', 'x'.repeat(65)]) {
    assert.equal(nameOf(['x-client', value], null), '(none)', value)
  }
})

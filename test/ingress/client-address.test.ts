import assert from 'node:assert/strict'
import { test } from 'node:test'
import { clientAddress, createPeers, plainAddress } from '../../src/ingress/peers.ts'

const peers = createPeers(['10.0.0.0/8', '192.0.2.1', '2001:db8::/32'])

test('ranges and single addresses are trusted, in both families', () => {
  for (const address of ['10.1.2.3', '192.0.2.1', '2001:db8::7'])
    assert.ok(peers.isTrusted(address), address)
  for (const address of ['11.0.0.1', '192.0.2.2', '2001:db9::1', 'nonsense', '']) {
    assert.ok(!peers.isTrusted(address), address)
  }
})

test('nobody is trusted without a list', () => {
  assert.ok(!createPeers([]).isTrusted('127.0.0.1'))
})

test('X-Forwarded-For is read from the right as long as the writer is trusted', () => {
  assert.equal(clientAddress('10.0.0.1', '203.0.113.5', peers), '203.0.113.5')
  assert.equal(clientAddress('10.0.0.1', '6.6.6.6, 203.0.113.5, 10.0.0.9', peers), '203.0.113.5')
  assert.equal(
    clientAddress('198.51.100.1', '203.0.113.5', peers),
    '198.51.100.1',
    'untrusted peer',
  )
  assert.equal(clientAddress('10.0.0.1', '::ffff:203.0.113.5', peers), '203.0.113.5')
})

test('a port behind an address is left out', () => {
  const written = ['203.0.113.5:4711', '[2001:db9::5]:4711', '[2001:db9::5]']
  const read = written.map(entry => clientAddress('10.0.0.1', entry, peers))
  assert.deepEqual(read, ['203.0.113.5', '2001:db9::5', '2001:db9::5'])
})

test('a client whose proxy does not name it is nobody, and not the proxy', () => {
  for (const entry of ['nonsense', 'unknown', '_hidden', '203.0.113.300', '10.1', '[10.0.0.9', ''])
    assert.equal(clientAddress('10.0.0.1', `10.0.0.9, ${entry}`, peers), 'unknown', entry)
  assert.equal(clientAddress('10.0.0.1', 'nonsense, 10.0.0.9', peers), 'unknown')
  assert.equal(clientAddress('10.0.0.1', 'nonsense, 203.0.113.5', peers), '203.0.113.5')
  assert.equal(clientAddress('10.0.0.1', ' ', peers), '10.0.0.1', 'it said nothing')
  assert.equal(clientAddress('198.51.100.1', 'nonsense', peers), '198.51.100.1', 'untrusted peer')
})

test('an IPv4 peer of a dual-stack socket is shown as IPv4', () => {
  assert.equal(plainAddress('::ffff:127.0.0.1'), '127.0.0.1')
  assert.equal(plainAddress('::ffff:7f00:1'), '::ffff:7f00:1')
  assert.equal(plainAddress('::1'), '::1')
  assert.equal(plainAddress(undefined), '')
})

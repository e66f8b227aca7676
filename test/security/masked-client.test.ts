import assert from 'node:assert/strict'
import { test } from 'node:test'
import { clientNetwork } from '../../src/ingress/peers.ts'
import { maskedClient } from '../../src/security/masked-client.ts'

/** Address → as it is kept. */
const cases: Readonly<Record<string, string>> = {
  '203.0.113.77': '203.0.113.0/24',
  '::ffff:203.0.113.77': '203.0.113.0/24',
  '2001:db8:85a3:8d3:1319:8a2e:370:7348': '2001:db8:85a3::/48',
  '::1': '0:0:0::/48',
  unknown: 'unknown',
  'not an address': 'unknown',
}

for (const [address, masked] of Object.entries(cases)) {
  test(`${address} is kept as ${masked}`, () => {
    assert.equal(maskedClient(clientNetwork(address)), masked)
  })
}

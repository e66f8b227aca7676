import assert from 'node:assert/strict'
import { test } from 'node:test'
import { testProcess } from '../support/gateway.ts'
import { startLimited } from './limited.ts'

const limits = '{ key: ip, limit: 1/d }'

test('B9: what a client says of its address changes nothing', async t => {
  const { statuses } = await startLimited(t, { limits })
  assert.deepEqual(await statuses(1), [200])
  for (const claim of [
    'x-forwarded-for: 6.6.6.6',
    'forwarded: for=6.6.6.6',
    'x-real-ip: 6.6.6.6',
    'x_forwarded_for: 6.6.6.6',
  ]) {
    assert.deepEqual(await statuses(1, [claim]), [429], claim)
  }
})

test('B9: behind a trusted proxy each client is the address that the chain proves', async t => {
  const { statuses } = await startLimited(t, {
    limits,
    files: { 'switchback.yaml': `${testProcess}trustedProxies: [127.0.0.1]\n` },
  })
  const from = async (chain: string) => (await statuses(1, [`x-forwarded-for: ${chain}`]))[0]
  assert.equal(await from('1.1.1.1'), 200)
  assert.equal(await from('6.6.6.6, 1.1.1.1'), 429)
  assert.equal(await from('7.7.7.7, 1.1.1.1'), 429)
  assert.equal(await from('::ffff:1.1.1.1'), 429)
  assert.equal(await from('1.1.1.2'), 200)
  assert.equal(await from('2001:db8:1:2::1'), 200)
  assert.equal(await from('2001:db8:1:2:ffff:ffff:ffff:ffff'), 429)
  assert.equal(await from('2001:db8:1:3::1'), 200)
})

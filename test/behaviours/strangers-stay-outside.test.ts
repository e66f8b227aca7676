import assert from 'node:assert/strict'
import { test } from 'node:test'
import { oneRoute, startGateway, testProcess } from '../support/gateway.ts'
import { startRawUpstream } from '../support/raw.ts'
import { assertNothingArrived, assertRefused, bothWays, plainRequest } from '../support/requests.ts'

const from = (address: string) => `x-forwarded-for: ${address}\r\n`
const trusting = `${testProcess}trustedProxies: [127.0.0.1]\n`
const policy = 'addresses: { allow: [127.0.0.0/8, 10.0.0.0/8], deny: [10.6.0.0/16] }\n'

for (const [way, request] of bothWays) {
  test(`${way} from an address that is denied or not listed reaches no upstream`, async t => {
    const upstream = await startRawUpstream(t)
    const gateway = await startGateway(t, {
      ...oneRoute({ v1: upstream.url, policy }),
      'switchback.yaml': trusting,
    })
    for (const [address, detail] of [
      ['10.6.0.1', 'address-denied'],
      ['::ffff:10.6.0.1', 'address-denied'],
      ['::ffff:a06:1', 'address-denied'],
      ['203.0.113.5', 'address-not-listed'],
      ['2001:db8::1', 'address-not-listed'],
    ] as const) {
      await assertRefused(gateway.port, request('/', from(address)), 403, 'address-refused')
      const told = JSON.parse(gateway.logLines.at(-1) as string)
      assert.deepEqual([told.refusal, told.detail, told.route], ['address-refused', detail, 'main'])
    }
    const counted = (reason: string) =>
      gateway.metric(`switchback_refusal_details_total{route="main",detail="${reason}"}`)
    assert.equal(await counted('address-denied'), 3)
    assert.equal(await counted('address-not-listed'), 2)
    assert.equal(
      await gateway.metric('switchback_refusals_total{route="main",reason="address-refused"}'),
      5,
    )
    await assertNothingArrived(gateway.port, upstream)
  })

  test(`${way} cannot say for itself where it comes from`, async t => {
    const upstream = await startRawUpstream(t)
    const gateway = await startGateway(
      t,
      oneRoute({ v1: upstream.url, policy: 'addresses: { allow: [10.0.0.0/8] }\n' }),
    )
    for (const claim of [
      from('10.0.0.1'),
      'x-real-ip: 10.0.0.1\r\n',
      'forwarded: for=10.0.0.1\r\n',
    ]) {
      await assertRefused(gateway.port, request('/', claim), 403, 'address-refused')
    }
    assert.equal(upstream.connections(), 0)
  })
}

test('a client that a trusted proxy does not name has not the address of the proxy', async t => {
  const upstream = await startRawUpstream(t)
  const gateway = await startGateway(t, {
    ...oneRoute({ v1: upstream.url, policy: 'addresses: { allow: [127.0.0.1] }\n' }),
    'switchback.yaml': `${testProcess}trustedProxies: [127.0.0.1]\n`,
  })
  for (const entry of ['unknown', '203.0.113.5:4711', '[2001:db9::5]:4711', '127.0.0.300'])
    await assertRefused(gateway.port, plainRequest('/', from(entry)), 403, 'address-refused')
  assert.equal(upstream.connections(), 0)
})

test('a reload changes who may come in', async t => {
  const upstream = await startRawUpstream(t)
  const files = oneRoute({ v1: upstream.url, policy: 'addresses: { deny: [127.0.0.1] }\n' })
  const gateway = await startGateway(t, files)
  await assertRefused(gateway.port, plainRequest('/'), 403, 'address-refused')
  await gateway.edit({ 'policies/open.yaml': 'auth: public\naddresses: { allow: [127.0.0.1] }\n' })
  assert.notEqual((await gateway.reload()).result, 'refused')
  await assertNothingArrived(gateway.port, upstream)
})

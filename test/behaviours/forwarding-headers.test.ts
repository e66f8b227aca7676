import assert from 'node:assert/strict'
import { test } from 'node:test'
import { openRaw } from '../support/conversation.ts'
import { oneRoute, startGateway, testProcess } from '../support/gateway.ts'
import { sendRaw, startRawUpstream } from '../support/raw.ts'
import { bothWays, lines, plainRequest, valuesIn } from '../support/requests.ts'

const claims = lines(
  'X-Forwarded-For: 6.6.6.6',
  'X-Forwarded-For: 7.7.7.7',
  'X-Forwarded-Proto: https',
  'X-Forwarded-Host: bank.example',
  'X-Forwarded-Port: 443',
  'X-Forwarded-Prefix: /admin',
  'X-Forwarded-Server: bank',
  'Forwarded: for=6.6.6.6;proto=https',
  'X-Real-IP: 6.6.6.6',
  'Client-Cert: :bank:',
  'X-Forwarded-Client-Cert: By=bank',
  'X_Forwarded_Client.Cert: By=bank',
  'X-Request-Id: chosen-by-client',
)
const trusting = `${testProcess}trustedProxies: [127.0.0.1, 10.0.0.0/8]\n`

for (const [way, request] of bothWays) {
  test(`B9: ${way} from anybody loses all claims about its way`, async t => {
    const upstream = await startRawUpstream(t)
    const gateway = await startGateway(t, oneRoute({ v1: upstream.url }))
    await openRaw(t, gateway.port, request('/', claims)).until('\r\n\r\nok')
    const received = upstream.received()
    assert.deepEqual(valuesIn(received, 'x-forwarded-for'), ['127.0.0.1'])
    assert.deepEqual(valuesIn(received, 'x-forwarded-proto'), ['http'])
    assert.deepEqual(valuesIn(received, 'x-forwarded-host'), ['api.example.com'])
    assert.doesNotMatch(received, /6\.6\.6\.6|7\.7\.7\.7|bank|admin|443|chosen-by-client|real-ip/i)
  })

  test(`B9: ${way} from a trusted proxy keeps them, with our peer added`, async t => {
    const upstream = await startRawUpstream(t)
    const gateway = await startGateway(t, {
      ...oneRoute({ v1: upstream.url }),
      'switchback.yaml': trusting,
    })
    await openRaw(t, gateway.port, request('/', claims)).until('\r\n\r\nok')
    const received = upstream.received()
    assert.deepEqual(valuesIn(received, 'x-forwarded-for'), ['6.6.6.6, 7.7.7.7, 127.0.0.1'])
    assert.deepEqual(valuesIn(received, 'x-forwarded-proto'), ['https'])
    assert.deepEqual(valuesIn(received, 'x-forwarded-host'), ['bank.example'])
    assert.deepEqual(valuesIn(received, 'x-real-ip'), ['6.6.6.6'])
    assert.deepEqual(valuesIn(received, 'client-cert'), [':bank:'])
    assert.deepEqual(valuesIn(received, 'x-forwarded-client-cert'), ['By=bank'])
    assert.deepEqual(valuesIn(received, 'x-request-id'), ['chosen-by-client'])
  })
}

/** The client address in the access log for one request with this X-Forwarded-For. */
const chains: [forwardedFor: string, client: string][] = [
  ['1.1.1.1', '1.1.1.1'],
  ['6.6.6.6, 1.1.1.1', '1.1.1.1'],
  ['6.6.6.6, 1.1.1.1, 10.1.2.3', '1.1.1.1'],
  ['10.9.9.9, 10.1.2.3', '10.9.9.9'],
  // What a trusted proxy wrote names nobody, and the client is not that proxy.
  ['1.1.1.1, garbage, 10.1.2.3', 'unknown'],
  ['1.1.1.1, 203.0.113.9:4711, 10.1.2.3', '203.0.113.9'],
  ['::ffff:1.1.1.1', '1.1.1.1'],
  ['2001:db8::1', '2001:db8::1'],
  ['', '127.0.0.1'],
]

for (const [trust, process] of [
  ['off', testProcess],
  ['on', trusting],
] as const) {
  test(`B9: with trustedProxies ${trust} the log names the client that the chain proves`, async t => {
    const upstream = await startRawUpstream(t)
    const gateway = await startGateway(t, {
      ...oneRoute({ v1: upstream.url }),
      'switchback.yaml': process,
    })
    for (const [chain, client] of chains) {
      const before = gateway.logLines.length
      await sendRaw(gateway.port, plainRequest('/', lines(`x-forwarded-for: ${chain}`)))
      const logged = JSON.parse(gateway.logLines[before] as string)
      assert.equal(logged.client, trust === 'on' ? client : '127.0.0.1', chain)
    }
  })

  test(`B9: with trustedProxies ${trust} stickiness by address uses the same address`, async t => {
    const upstream = await startRawUpstream(t)
    const gateway = await startGateway(t, {
      ...oneRoute({
        v1: upstream.url,
        v2: upstream.url,
        route: 'stickyKey: [address]\ndecisionHeader: true\n',
      }),
      'switchback.yaml': process,
    })
    const decisionFor = async (chain: string) => {
      const headers = lines(`x-forwarded-for: ${chain}`)
      const answer = await sendRaw(gateway.port, plainRequest('/', headers))
      return answer.headers.get('x-switchback-decision') as string
    }
    const decisions = new Set<string>()
    for (let client = 1; client <= 24; client++) {
      const direct = await decisionFor(`1.1.1.${client}`)
      assert.equal(await decisionFor(`6.6.6.${client}, 1.1.1.${client}, 10.1.2.3`), direct)
      decisions.add(direct)
    }
    assert.equal(decisions.size, trust === 'on' ? 2 : 1)
  })
}

import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { GatewayStatus } from '../../src/fleet/gateway-status.ts'
import type { AuditRecord } from '../../src/fleet/stores/store.ts'
import { eventually } from '../fleet/eventually.ts'
import { startReceiver } from '../fleet/receiver.ts'
import { logged } from '../support/log-events.ts'
import { sendRaw } from '../support/raw.ts'
import { plainRequest, upgradeRequest } from '../support/requests.ts'
import { askedBy, startWatched } from './security-events.ts'

const few = 'bad-token-flood: { perClient: 5, inAll: 12 }'

test('a flood of bad tokens is told everywhere, once, and what is kept has its client masked', async t => {
  const hook = await startReceiver(t)
  const { gateway, lasting } = await startWatched(t, {
    events: few,
    process: `webhooks: [{ url: "${hook.url}", events: [security] }]\n`,
  })
  for (let i = 0; i < 8; i++) await sendRaw(gateway.port, askedBy('203.0.113.77'))
  const [event, ...others] = await lasting(1)
  assert.deepEqual(others, [])
  assert.equal(event?.kind, 'bad-token-flood')
  assert.equal(event?.client, '203.0.113.77')
  await logged(gateway, 'security-event-began')
  const line = gateway.logLines
    .map(text => JSON.parse(text))
    .find(each => each.event === 'security-event-began')
  assert.deepEqual([line.level, line.client], ['warn', '203.0.113.77'])
  for (const name of ['events_total', 'events_lasting']) {
    const sample = `switchback_security_${name}{kind="bad-token-flood",scope="client"}`
    assert.equal(await gateway.metric(sample), 1, name)
  }
  const { records } = (await (await fetch(`${gateway.adminUrl}/audit`)).json()) as {
    records: AuditRecord[]
  }
  const entries = records.filter(each => each.event === 'security-event')
  assert.equal(entries.length, 1)
  const { body } = await hook.nth(1)
  for (const told of [JSON.stringify(entries), body]) {
    assert.ok(told.includes('203.0.113.0/24'))
    assert.ok(!told.includes('203.0.113.77'))
  }
  const status = (await (await fetch(`${gateway.adminUrl}/status`)).json()) as GatewayStatus
  assert.equal(status.security.lasting.length, 1)
})

test('many clients with a bad token each are one event', async t => {
  const { gateway, lasting } = await startWatched(t, { events: few })
  for (let i = 1; i <= 12; i++) await sendRaw(gateway.port, askedBy(`198.51.100.${i}`))
  const events = await lasting(1)
  assert.deepEqual(
    events.map(({ client, refusals }) => [client, refusals]),
    [[null, 12]],
  )
})

test('the addresses of one /64 are one client', async t => {
  const { gateway, lasting } = await startWatched(t, { events: few })
  for (let i = 1; i <= 5; i++) await sendRaw(gateway.port, askedBy(`2001:db8:0:7::${i}`))
  const [event] = await lasting(1)
  assert.equal(event?.client, '2001:db8:0:7::/64')
})

/** What is sent five times → the kind that it is part of. */
const floods: Readonly<Record<string, readonly [kind: string, request: string]>> = {
  'broken framing': [
    'refused-framing',
    'POST / HTTP/1.1\r\nhost: a\r\ncontent-length: 5\r\ntransfer-encoding: chunked\r\n\r\n0\r\n\r\n',
  ],
  'two framings that the parser lets through': [
    'refused-framing',
    'GET / HTTP/1.0\r\nhost: a\r\ntransfer-encoding: chunked\r\n\r\n0\r\n\r\n',
  ],
  'handshakes that are none': [
    'refused-framing',
    upgradeRequest('/').replace('sec-websocket-version: 13', 'sec-websocket-version: 12'),
  ],
  'paths that climb': ['probing', plainRequest('/a/../../etc/passwd')],
  'tunnels to elsewhere': ['probing', 'CONNECT a:1 HTTP/1.1\r\nhost: a:1\r\n\r\n'],
  'targets that are too long': ['oversized', plainRequest(`/${'a'.repeat(9000)}`)],
  'bad tokens in handshakes': [
    'bad-token-flood',
    upgradeRequest('/', 'authorization: Bearer x.y\r\n'),
  ],
}

for (const [what, [kind, request]] of Object.entries(floods)) {
  test(`${what} are ${kind}`, async t => {
    const { gateway, lasting } = await startWatched(t, {
      events: `${kind}: { perClient: 5, inAll: 50 }`,
    })
    for (let i = 0; i < 5; i++) await sendRaw(gateway.port, request)
    const events = await lasting(1)
    assert.deepEqual(
      events.map(each => [each.kind, each.client, each.refusals]),
      [[kind, '127.0.0.1', 5]],
    )
  })
}

test('who asks far too often is a limit storm, and who may not come in is known', async t => {
  const { gateway, lasting, sign } = await startWatched(t, {
    events: 'limit-storm: { perClient: 5 }, address-refused: { perClient: 5 }',
    policy: 'rateLimit: [{ key: ip, limit: 1/d }]\naddresses: { deny: [192.0.2.0/24] }\n',
  })
  const token = await sign()
  for (let i = 0; i < 6; i++) {
    await sendRaw(gateway.port, askedBy('198.51.100.1', token))
    await sendRaw(gateway.port, askedBy('192.0.2.1', token))
  }
  const events = await lasting(2)
  assert.deepEqual(events.map(({ kind, client }) => `${kind} ${client}`).sort(), [
    'address-refused 192.0.2.1',
    'limit-storm 198.51.100.1',
  ])
})

test('good requests, missing tokens and expired ones raise nothing', async t => {
  const { gateway, security, sign, lasting } = await startWatched(t, {
    events: 'bad-token-flood: { perClient: 1, inAll: 1 }, probing: { perClient: 1, inAll: 1 }',
  })
  const token = await sign()
  for (let i = 0; i < 30; i++) {
    const { status } = await sendRaw(gateway.port, askedBy('198.51.100.1', token))
    assert.equal(status, 200)
    assert.equal((await sendRaw(gateway.port, plainRequest('/'))).status, 401)
  }
  // One that counts, behind all that do not: reports are in order.
  await sendRaw(gateway.port, plainRequest('/a/../b', 'x-forwarded-for: 198.51.100.9\r\n'))
  const events = await lasting(1)
  assert.deepEqual(
    events.map(({ kind }) => kind),
    ['probing'],
  )
  assert.deepEqual((await security()).ended, [])
})

test('a reload judges by its own numbers', async t => {
  const { gateway, security } = await startWatched(t, { events: few })
  await gateway.edit({
    'switchback.yaml': 'security: { events: { bad-token-flood: { perClient: 2, inAll: 50 } } }\n',
  })
  await gateway.reload()
  for (let i = 0; i < 2; i++) await sendRaw(gateway.port, askedBy('198.51.100.1'))
  await eventually(async () => (await security()).lasting.length === 1)
})

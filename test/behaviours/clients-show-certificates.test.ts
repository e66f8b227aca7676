import assert from 'node:assert/strict'
import { type TestContext, test } from 'node:test'
import type { TLSSocket } from 'node:tls'
import { type Certificate, makeAuthority, makeCertificate } from '../support/certificates.ts'
import { oneRoute, startGateway } from '../support/gateway.ts'
import { parseAnswer, startRawUpstream } from '../support/raw.ts'
import { bothWays, keptRequest, plainRequest, upgradeRequest } from '../support/requests.ts'
import { revocationList } from '../support/revocation-list.ts'
import { converseTls, onePair, processWithTls } from '../support/tls.ts'

const server = await makeCertificate({ commonName: 'gateway', altNames: ['127.0.0.1'] })
const authority = await makeAuthority('authority')
const stranger = await makeAuthority('authority')
const client = { commonName: 'client', altNames: ['client.test'], purpose: 'client' } as const
const good = await makeCertificate({ ...client, ca: authority })
const revoked = await makeCertificate({ ...client, ca: authority })

const refused: Readonly<Record<string, { shows: Partial<Certificate>; reason: string }>> = {
  none: { shows: {}, reason: 'certificate-missing' },
  'a self-signed one': { shows: await makeCertificate(client), reason: 'certificate-refused' },
  'one by another authority of the same name': {
    shows: await makeCertificate({ ...client, ca: stranger }),
    reason: 'certificate-refused',
  },
  'one for servers': {
    shows: await makeCertificate({ commonName: 'client', ca: authority }),
    reason: 'certificate-refused',
  },
  'an expired one': {
    shows: await makeCertificate({
      ...client,
      ca: authority,
      notAfter: new Date(Date.now() - 60_000),
    }),
    reason: 'certificate-expired',
  },
  'a revoked one': { shows: revoked, reason: 'certificate-revoked' },
}

async function start(t: TestContext, more = '') {
  const upstream = await startRawUpstream(t)
  const gateway = await startGateway(t, {
    ...oneRoute({ v1: upstream.url }),
    'cert.pem': server.cert,
    'key.pem': server.key,
    'ca.pem': authority.cert,
    'crl.pem': revocationList(authority, [revoked]),
    'switchback.yaml': processWithTls(
      `${onePair}, minVersion: TLSv1.2, clientCaFile: ca.pem, clientCrlFile: crl.pem${more}`,
    ),
  })
  return { upstream, gateway }
}

const failures = (reason: string) => `switchback_tls_handshake_failures_total{reason="${reason}"}`

for (const maxVersion of ['TLSv1.3', 'TLSv1.2'] as const) {
  for (const [title, { shows, reason }] of Object.entries(refused)) {
    test(`a client with ${title} gets nothing through where certificates are required (${maxVersion})`, async t => {
      const { upstream, gateway } = await start(t)
      for (const [, request] of bothWays) {
        const caller = converseTls(t, gateway.port, { ...shows, maxVersion })
        caller.send(request('/'))
        assert.equal(await caller.ended(), '')
      }
      assert.equal(upstream.connections(), 0)
      assert.equal(await gateway.metric(failures(reason)), 2)
    })
  }
}

test('a client with the right certificate gets through', async t => {
  const { gateway } = await start(t)
  const caller = converseTls(t, gateway.port, good)
  assert.equal((await caller.ask(keptRequest('/'))).status, 200)
})

test('where they are requested only, a public route takes anybody', async t => {
  const { gateway } = await start(t, ', clientCertificates: request')
  for (const shows of [good, {}, revoked]) {
    const caller = converseTls(t, gateway.port, shows)
    caller.send(plainRequest('/'))
    assert.equal(parseAnswer(await caller.ended()).status, 200)
  }
})

test('a certificate that is revoked by a reload is refused from the next connection on', async t => {
  const { gateway } = await start(t)
  const open = converseTls(t, gateway.port, good)
  const kept = await open.ask(keptRequest('/'))
  assert.deepEqual([kept.status, kept.headers.get('connection')], [200, 'keep-alive'])
  await gateway.edit({ 'crl.pem': revocationList(authority, [revoked, good]) })
  assert.notEqual((await gateway.reload()).result, 'refused')
  // The connection of before has one answer left, and its session does not help.
  const session = (open.socket as TLSSocket).getSession()
  const last = await open.ask(keptRequest('/'))
  assert.deepEqual([last.status, last.headers.get('connection')], [200, 'close'])
  await open.ended()
  const again = converseTls(t, gateway.port, { ...good, ...(session && { session }) })
  again.send(plainRequest('/'))
  assert.equal(await again.ended(), '')
  assert.equal(await gateway.metric(failures('certificate-revoked')), 1)
})

test('a connection from before a list changed opens no WebSocket, which would outlast it', async t => {
  const { upstream, gateway } = await start(t)
  const open = converseTls(t, gateway.port, good)
  assert.equal((await open.ask(keptRequest('/'))).status, 200)
  const before = upstream.received()
  await gateway.edit({ 'crl.pem': revocationList(authority, [revoked, good]) })
  assert.notEqual((await gateway.reload()).result, 'refused')
  const answer = await open.ask(upgradeRequest('/'))
  assert.equal(answer.status, 503)
  assert.equal(JSON.parse(answer.body).code, 'connection-outdated')
  assert.equal(upstream.received(), before, 'nobody was asked')
  const counted = 'switchback_refusals_total{route="",reason="connection-outdated"}'
  assert.equal(await gateway.metric(counted), 1)
})

test('a reload that changes nobody who is believed ends no connection', async t => {
  const { upstream, gateway } = await start(t)
  const open = converseTls(t, gateway.port, good)
  assert.equal((await open.ask(keptRequest('/'))).status, 200)
  const renewed = await makeCertificate({ commonName: 'gateway', altNames: ['127.0.0.1'] })
  const files = { 'cert.pem': renewed.cert, 'key.pem': renewed.key }
  await gateway.edit({
    ...files,
    ...oneRoute({ v1: upstream.url, route: 'decisionHeader: true\n' }),
  })
  assert.notEqual((await gateway.reload()).result, 'refused')
  const answer = await open.ask(keptRequest('/'))
  assert.deepEqual([answer.status, answer.headers.get('connection')], [200, 'keep-alive'])
})

test('without authorities of its own after a reload, it believes those of before', async t => {
  const { gateway } = await start(t)
  await gateway.edit({ 'switchback.yaml': processWithTls(onePair) })
  assert.notEqual((await gateway.reload()).result, 'refused')
  const caller = converseTls(t, gateway.port, good)
  assert.equal((await caller.ask(keptRequest('/'))).status, 200)
  const none = converseTls(t, gateway.port)
  none.send(plainRequest('/'))
  assert.equal(await none.ended(), '')
  assert.ok(gateway.logLines.some(line => line.includes('takes effect at the next start')))
})

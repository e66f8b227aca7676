import assert from 'node:assert/strict'
import { test } from 'node:test'
import { makeAuthority, makeCertificate } from '../support/certificates.ts'
import { openRaw } from '../support/conversation.ts'
import { processWith, startGateway, upstreamClients } from '../support/gateway.ts'
import { eventsOf } from '../support/log-events.ts'
import { sendRaw } from '../support/raw.ts'
import { assertRefused, plainRequest, upgradeRequest } from '../support/requests.ts'
import { startTlsUpstream } from '../support/tls-upstream.ts'

const authority = await makeAuthority('test authority')
const server = await makeCertificate({
  commonName: 'backend',
  altNames: ['127.0.0.1'],
  ca: authority,
})
const own = await makeCertificate({ commonName: 'gateway', purpose: 'client', ca: authority })
const foreign = await makeCertificate({
  commonName: 'gateway',
  purpose: 'client',
  ca: await makeAuthority('other'),
})

/** Lets nobody in who shows no certificate of the authority. */
const strict = { ...server, ca: authority.cert, requestCert: true, rejectUnauthorized: true }

const tls = (more: string) => `tls: { caFile: ca.pem${more} }`
const files = (client: (typeof upstreamClients)[number], url: string, more: string) => ({
  'switchback.yaml': processWith(client),
  'routes/main.yaml': `match: { path: / }\nv1: { url: "${url}", ${tls(more)} }\npolicy: open\n`,
  'policies/open.yaml': 'auth: public\n',
  'ca.pem': authority.cert,
  'own.pem': own.cert,
  'own-key.pem': own.key,
  'foreign.pem': foreign.cert,
  'foreign-key.pem': foreign.key,
})
const post = `${plainRequest('/', 'content-length: 6\r\n', 'POST')}secret`

for (const client of upstreamClients) {
  for (const version of ['TLSv1.2', 'TLSv1.3'] as const) {
    const versions = { minVersion: version, maxVersion: version }

    test(`B25 (${client}, ${version}): an upstream that wants a certificate is shown the gateway's`, async t => {
      const upstream = await startTlsUpstream(t, { ...strict, ...versions })
      const more = ', certFile: own.pem, keyFile: own-key.pem'
      const gateway = await startGateway(t, files(client, upstream.url, more))
      await openRaw(t, gateway.port, post).until('\r\n\r\nok')
      // It has no tunnel to offer; that it answers at all shows that the handshake came about.
      assert.equal((await sendRaw(gateway.port, upgradeRequest('/'))).status, 200)
      assert.deepEqual(upstream.callers, ['gateway', 'gateway'])
    })

    test(`B25 (${client}, ${version}): an upstream that is shown none is answered 502 and sees no byte`, async t => {
      const upstream = await startTlsUpstream(t, { ...strict, ...versions })
      const gateway = await startGateway(t, files(client, upstream.url, ''))
      for (const request of [post, plainRequest('/'), upgradeRequest('/')]) {
        await assertRefused(gateway.port, request, 502, 'upstream-tls')
      }
      assert.deepEqual([upstream.received(), upstream.callers], ['', []])
      // Once each: what was refused for good is not tried again.
      assert.equal(upstream.dialled(), 3)
      // With TLS 1.2 an alert says no more than that the handshake failed (RFC 5246 section 7.4.6).
      const reason = version === 'TLSv1.2' ? 'handshake-failed' : 'client-certificate-refused'
      const sample = `switchback_upstream_tls_failures_total{origin="${upstream.url}",reason="${reason}"}`
      assert.equal(await gateway.metric(sample), 3)
      assert.equal(eventsOf(gateway.logLines, 'tls-failed')[0]?.trouble, reason)
    })

    test(`B25 (${client}, ${version}): an upstream that is shown another's certificate is answered 502 and sees no byte`, async t => {
      const upstream = await startTlsUpstream(t, { ...strict, ...versions })
      const more = ', certFile: foreign.pem, keyFile: foreign-key.pem'
      const gateway = await startGateway(t, files(client, upstream.url, more))
      for (const request of [post, plainRequest('/'), upgradeRequest('/')]) {
        // Node's server ends the connection without an alert, in TLS 1.3 behind the client's handshake.
        const code = version === 'TLSv1.2' ? 'upstream-tls' : 'upstream-reset'
        await assertRefused(gateway.port, request, 502, code)
      }
      assert.equal(upstream.received(), '')
      const fault = version === 'TLSv1.2' ? 'tls-failed' : 'reset'
      const sample = `switchback_upstream_faults_total{route="main",variant="v1",fault="${fault}"}`
      assert.equal(await gateway.metric(sample), 3)
    })
  }

  test(`${client}: a version below minVersion is not spoken, and no byte is sent`, async t => {
    const upstream = await startTlsUpstream(t, { ...server, maxVersion: 'TLSv1.2' })
    const gateway = await startGateway(t, files(client, upstream.url, ', minVersion: TLSv1.3'))
    for (const request of [post, upgradeRequest('/')]) {
      await assertRefused(gateway.port, request, 502, 'upstream-tls')
    }
    assert.equal(upstream.received(), '')
    const sample = `switchback_upstream_tls_failures_total{origin="${upstream.url}",reason="version-refused"}`
    assert.equal(await gateway.metric(sample), 2)
  })
}

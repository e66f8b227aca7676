import assert from 'node:assert/strict'
import { once } from 'node:events'
import { constants } from 'node:http2'
import { type TestContext, test } from 'node:test'
import { makeAuthority, makeCertificate } from '../support/certificates.ts'
import { oneRoute, startGateway } from '../support/gateway.ts'
import { startUpstream } from '../support/http.ts'
import { connectHttp2 } from '../support/http2.ts'
import { revocationList } from '../support/revocation-list.ts'
import { onePair, processWithTls } from '../support/tls.ts'

const server = await makeCertificate({ commonName: 'gateway', altNames: ['shop.test'] })
const authority = await makeAuthority('clients')
const client = { commonName: 'partner', altNames: ['partner.test'], purpose: 'client' } as const
const good = await makeCertificate({ ...client, ca: authority })

async function started(t: TestContext) {
  const v1 = await startUpstream(t, 'v1')
  const gateway = await startGateway(t, {
    ...oneRoute({ v1: v1.url }),
    'policies/open.yaml': 'auth: { certificate: { id: san-dns, names: [partner.test] } }\n',
    'switchback.yaml': processWithTls(
      `${onePair}, clientCaFile: ca.pem, clientCrlFile: crl.pem, clientCertificates: request`,
    ),
    'cert.pem': server.cert,
    'key.pem': server.key,
    'ca.pem': authority.cert,
    'crl.pem': revocationList(authority, []),
  })
  return { v1, gateway }
}

test('the certificate of a connection is the caller of each of its streams', async t => {
  const { v1, gateway } = await started(t)
  const nobody = await connectHttp2(t, gateway)
  assert.equal((await nobody.ask({})).status, 403)
  const partner = await connectHttp2(t, gateway, good)
  assert.equal((await partner.ask({})).status, 200)
  assert.equal((await partner.ask({})).status, 200)
  assert.equal(v1.count(), 2)
})

test('a session whose certificate is revoked by a reload has one more answer', async t => {
  const { gateway } = await started(t)
  const { session, ask } = await connectHttp2(t, gateway, good)
  assert.equal((await ask({})).status, 200)
  await gateway.edit({ 'crl.pem': revocationList(authority, [good]) })
  assert.notEqual((await gateway.reload()).result, 'refused')
  const told = once(session, 'goaway')
  assert.equal((await ask({})).status, 200)
  const [code] = await told
  assert.equal(code, constants.NGHTTP2_NO_ERROR)
  if (!session.destroyed) await once(session, 'close')
  const ended = 'switchback_http2_sessions_ended_total{reason="outdated"}'
  while ((await gateway.metric(ended)) === 0) await new Promise(resolve => setImmediate(resolve))
})

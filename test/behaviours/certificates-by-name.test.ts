import assert from 'node:assert/strict'
import { test } from 'node:test'
import { makeCertificate } from '../support/certificates.ts'
import { oneRoute, startGateway } from '../support/gateway.ts'
import { startRawUpstream } from '../support/raw.ts'
import { plainRequest } from '../support/requests.ts'
import { converseTls, processWithTls, shownTo } from '../support/tls.ts'

const shop = await makeCertificate({ commonName: 'shop', altNames: ['shop.test'] })
const wild = await makeCertificate({ commonName: 'wild', altNames: ['*.wild.test'] })
const own = await makeCertificate({ commonName: 'own', altNames: ['unused.test'] })
const files = {
  'shop.pem': shop.cert,
  'shop.key': shop.key,
  'wild.pem': wild.cert,
  'wild.key': wild.key,
  'own.pem': own.cert,
  'own.key': own.key,
}
const certificates = `certificates: [
  { certFile: shop.pem, keyFile: shop.key },
  { certFile: wild.pem, keyFile: wild.key },
  { certFile: own.pem, keyFile: own.key, names: [own.wild.test, "*.more.test"] } ]`

test('a client is shown the certificate of the name that it asks for', async t => {
  const { url } = await startRawUpstream(t)
  const gateway = await startGateway(t, {
    ...oneRoute({ v1: url }),
    ...files,
    'switchback.yaml': processWithTls(certificates),
  })
  for (const [servername, name] of [
    ['shop.test', 'shop'],
    ['SHOP.test', 'shop'],
    ['a.wild.test', 'wild'],
    ['own.wild.test', 'own'],
    ['x.more.test', 'own'],
    ['a.b.wild.test', 'shop'],
    ['wild.test', 'shop'],
    ['unused.test', 'shop'],
    ['unknown.test', 'shop'],
    ['__proto__', 'shop'],
  ] as const) {
    assert.equal(await shownTo(t, gateway.port, { servername }), name, servername)
  }
  assert.equal(await shownTo(t, gateway.port), 'shop', 'no name at all')
  const caller = converseTls(t, gateway.port, { servername: 'a.wild.test', ca: wild.cert })
  caller.send(plainRequest('/'))
  assert.match(await caller.ended(), /^HTTP\/1\.1 200 /)
})

test('with unknownNames: refuse nobody is shown a certificate that is of another name', async t => {
  const { url } = await startRawUpstream(t)
  const gateway = await startGateway(t, {
    ...oneRoute({ v1: url }),
    ...files,
    'switchback.yaml': processWithTls(`${certificates}, unknownNames: refuse, minVersion: TLSv1.2`),
  })
  const alert = 'ERR_SSL_SSL/TLS_ALERT_HANDSHAKE_FAILURE'
  for (const maxVersion of ['TLSv1.3', 'TLSv1.2'] as const) {
    assert.equal(await shownTo(t, gateway.port, { servername: 'unknown.test', maxVersion }), alert)
    assert.equal(await shownTo(t, gateway.port, { maxVersion }), alert)
    assert.equal(await shownTo(t, gateway.port, { servername: 'shop.test', maxVersion }), 'shop')
    assert.equal(await shownTo(t, gateway.port, { servername: 'a.wild.test', maxVersion }), 'wild')
  }
  const failures = 'switchback_tls_handshake_failures_total'
  assert.equal(await gateway.metric(`${failures}{reason="name-unknown"}`), 4)
})

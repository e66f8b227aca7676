import assert from 'node:assert/strict'
import { test } from 'node:test'
import { refusesOurCertificate, tlsTrouble } from '../../src/upstream/tls-trouble.ts'

/** An error as Node makes it. */
const coded = (code: string) => Object.assign(new Error(code), { code })

for (const [code, trouble] of [
  ['DEPTH_ZERO_SELF_SIGNED_CERT', 'self-signed'],
  ['SELF_SIGNED_CERT_IN_CHAIN', 'self-signed'],
  ['UNABLE_TO_GET_ISSUER_CERT_LOCALLY', 'unknown-authority'],
  ['UNABLE_TO_VERIFY_LEAF_SIGNATURE', 'unknown-authority'],
  ['CERT_HAS_EXPIRED', 'expired'],
  ['CERT_NOT_YET_VALID', 'not-yet-valid'],
  ['ERR_TLS_CERT_ALTNAME_INVALID', 'wrong-name'],
  ['INVALID_PURPOSE', 'certificate-invalid'],
  ['ERR_SSL_TLSV13_ALERT_CERTIFICATE_REQUIRED', 'client-certificate-refused'],
  ['ERR_SSL_TLSV1_ALERT_UNKNOWN_CA', 'client-certificate-refused'],
  ['ERR_SSL_TLSV1_ALERT_ACCESS_DENIED', 'client-certificate-refused'],
  ['ERR_SSL_SSL/TLS_ALERT_CERTIFICATE_EXPIRED', 'client-certificate-refused'],
  ['ERR_SSL_SSL/TLS_ALERT_BAD_CERTIFICATE', 'client-certificate-refused'],
  ['ERR_SSL_TLSV1_ALERT_PROTOCOL_VERSION', 'version-refused'],
  ['ERR_SSL_UNSUPPORTED_PROTOCOL', 'version-refused'],
  ['ERR_SSL_WRONG_VERSION_NUMBER', 'not-tls'],
  ['ERR_SSL_PACKET_LENGTH_TOO_LONG', 'not-tls'],
  ['ERR_SSL_SSL/TLS_ALERT_HANDSHAKE_FAILURE', 'handshake-failed'],
  ['ECONNRESET', 'handshake-failed'],
  ['constructor', 'handshake-failed'],
] as const) {
  test(`${code} is the trouble ${trouble}`, () => {
    const cause = coded(code)
    assert.equal(tlsTrouble(cause), trouble)
    assert.equal(refusesOurCertificate(cause), trouble === 'client-certificate-refused')
  })
}

test('a connection that ends without a word in its handshake is the trouble handshake-failed', () => {
  assert.equal(tlsTrouble(undefined), 'handshake-failed')
  assert.equal(tlsTrouble(new Error('without a code')), 'handshake-failed')
})

/** Why TLS to an origin did not come about. The same word stands in the log and the metric. */
export type TlsTrouble =
  | 'self-signed' // its certificate, or the head of its chain, vouches for itself and is not in `caFile`
  | 'unknown-authority' // nobody who is trusted has signed it
  | 'expired' // it, or one above it
  | 'not-yet-valid'
  | 'wrong-name' // it is for other names than `serverName`, or the host of the origin
  | 'certificate-invalid' // wrong in another way: signature, purpose, chain
  | 'client-certificate-refused' // the upstream wants a certificate of the gateway, or another one
  | 'version-refused' // no version of TLS that both sides allow
  | 'not-tls' // it answers with something else
  | 'handshake-failed' // anything else, such as a connection that ends in the middle

/** OpenSSL's reasons against a certificate, as Node names them. */
const byCode: Readonly<Record<string, TlsTrouble>> = {
  DEPTH_ZERO_SELF_SIGNED_CERT: 'self-signed',
  SELF_SIGNED_CERT_IN_CHAIN: 'self-signed',
  UNABLE_TO_GET_ISSUER_CERT: 'unknown-authority',
  UNABLE_TO_GET_ISSUER_CERT_LOCALLY: 'unknown-authority',
  UNABLE_TO_VERIFY_LEAF_SIGNATURE: 'unknown-authority',
  CERT_UNTRUSTED: 'unknown-authority',
  CERT_HAS_EXPIRED: 'expired',
  CERT_NOT_YET_VALID: 'not-yet-valid',
  ERR_TLS_CERT_ALTNAME_INVALID: 'wrong-name',
  CERT_SIGNATURE_FAILURE: 'certificate-invalid',
  CERT_CHAIN_TOO_LONG: 'certificate-invalid',
  CERT_REVOKED: 'certificate-invalid',
  CERT_REJECTED: 'certificate-invalid',
  INVALID_CA: 'certificate-invalid',
  INVALID_PURPOSE: 'certificate-invalid',
  PATH_LENGTH_EXCEEDED: 'certificate-invalid',
}

/** Alerts about the certificate that the other side got (RFC 8446 section 6.2). */
const aboutOurs =
  /_ALERT_(BAD_CERTIFICATE|UNSUPPORTED_CERTIFICATE|CERTIFICATE_\w+|UNKNOWN_CA|ACCESS_DENIED)$/
const aboutVersion = /_(ALERT_PROTOCOL_VERSION|UNSUPPORTED_PROTOCOL)$/
const aboutBytes = /_(WRONG_VERSION_NUMBER|PACKET_LENGTH_TOO_LONG|HTTP_REQUEST|RECORD_TOO_SMALL)$/

export function tlsTrouble(cause: Error | undefined): TlsTrouble {
  const code = codeOf(cause)
  if (Object.hasOwn(byCode, code)) return byCode[code] as TlsTrouble
  if (aboutOurs.test(code)) return 'client-certificate-refused'
  if (aboutVersion.test(code)) return 'version-refused'
  return aboutBytes.test(code) ? 'not-tls' : 'handshake-failed'
}

/**
 * Whether a connection that stood was ended because of the gateway's certificate, or the lack of one. With
 * TLS 1.3 a server judges it after the client is done (RFC 8446 section 2), when a request may be on its
 * way: the server's TLS has dropped that, and nobody behind it has seen a byte.
 */
export function refusesOurCertificate(cause: Error | undefined): boolean {
  return aboutOurs.test(codeOf(cause))
}

function codeOf(cause: Error | undefined): string {
  return cause !== undefined && 'code' in cause ? String(cause.code) : ''
}

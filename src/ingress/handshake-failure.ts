/** Why no TLS connection came about with a client. */
export type HandshakeFailure =
  | 'too-slow' // not done within `limits.headersTimeoutMs`
  | 'not-tls' // something else was spoken, often plain HTTP
  | 'version-refused' // older than `listen.tls.minVersion`
  | 'no-shared-cipher'
  | 'name-unknown' // `unknownNames: refuse`
  | 'certificate-missing' // the client has none
  | 'certificate-refused' // not by an authority in `clientCaFile`, or not for clients
  | 'certificate-expired'
  | 'certificate-revoked'
  | 'refused-by-client' // mostly since it does not believe our certificate
  | 'broken-off' // the client went away
  | 'malformed' // whatever else is no handshake

/** Why a client certificate is not believed; `code` is OpenSSL's (X509_V_ERR_*), as Node names it. */
export function certificateFailure(
  code: string,
): Extract<HandshakeFailure, `certificate-${string}`> {
  switch (code) {
    // What Node says of a client that showed none.
    case 'UNABLE_TO_GET_ISSUER_CERT':
      return 'certificate-missing'
    case 'CERT_HAS_EXPIRED':
      return 'certificate-expired'
    case 'CERT_REVOKED':
      return 'certificate-revoked'
    default:
      return 'certificate-refused'
  }
}

const byCode: Readonly<Record<string, HandshakeFailure>> = {
  ERR_TLS_HANDSHAKE_TIMEOUT: 'too-slow',
  ERR_SSL_HTTP_REQUEST: 'not-tls',
  ERR_SSL_HTTPS_PROXY_REQUEST: 'not-tls',
  ERR_SSL_WRONG_VERSION_NUMBER: 'not-tls',
  ERR_SSL_DATA_LENGTH_TOO_LONG: 'not-tls',
  ERR_SSL_PACKET_LENGTH_TOO_LONG: 'not-tls',
  ERR_SSL_UNSUPPORTED_PROTOCOL: 'version-refused',
  ERR_SSL_NO_SHARED_CIPHER: 'no-shared-cipher',
  ERR_SSL_PEER_DID_NOT_RETURN_A_CERTIFICATE: 'certificate-missing',
  ECONNRESET: 'broken-off',
  EPIPE: 'broken-off',
}

/** Codes of a handshake in which the server had no certificate to show. */
const nothingToShow = new Set([
  'ERR_SSL_NO_SUITABLE_SIGNATURE_ALGORITHM',
  'ERR_SSL_NO_SHARED_CIPHER',
])

export interface FailedHandshake {
  /** Of the error that ended it. */
  readonly code: string | undefined
  /** Why the client's certificate was not believed; null where that was not the reason. */
  readonly authorizationError: string | null
  /** No certificate may be shown for the name that the client asked for. */
  readonly nameRefused: boolean
}

/** The reason of a failed handshake, from a closed list. */
export function handshakeFailure(failed: FailedHandshake): HandshakeFailure {
  const { code = '', authorizationError, nameRefused } = failed
  if (authorizationError !== null) return certificateFailure(authorizationError)
  if (nameRefused && nothingToShow.has(code)) return 'name-unknown'
  const known = byCode[code]
  if (known !== undefined) return known
  return /_ALERT_/.test(code) ? 'refused-by-client' : 'malformed'
}

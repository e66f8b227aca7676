import type { X509Certificate } from 'node:crypto'
import type { Socket } from 'node:net'
import type { TLSSocket } from 'node:tls'
import type { AltNames } from '../config/alt-names.ts'
import { certificateFailure, type HandshakeFailure } from './handshake-failure.ts'

/** Why a connection proves nobody. */
export type CertificateLack = Extract<HandshakeFailure, `certificate-${string}`>

/** What a client certificate that is believed says. */
export interface CertificateFacts extends AltNames {
  readonly commonNames: readonly string[]
  /** SHA-256 over the certificate, in lower-case hex. */
  readonly fingerprint: string
  /** In hex. */
  readonly serial: string
  /** Wall-clock milliseconds. */
  readonly expiresAt: number
}

/** Whom the other side of a connection proved to be in its TLS handshake. */
export type PeerCertificate =
  | ({ readonly ok: true } & CertificateFacts)
  | { readonly ok: false; readonly reason: CertificateLack }

export type ReadAltNames = (certificate: X509Certificate) => AltNames

const missing: PeerCertificate = { ok: false, reason: 'certificate-missing' }

/** Reads the certificate of a connection; what OpenSSL did not verify says nothing. */
export function peerCertificate(socket: Socket, altNames: ReadAltNames): PeerCertificate {
  const { authorized, authorizationError } = socket as Partial<TLSSocket>
  if (authorized !== true) {
    if (!authorizationError) return missing
    // A code, whatever the types say.
    return { ok: false, reason: certificateFailure(String(authorizationError)) }
  }
  const certificate = (socket as TLSSocket).getPeerX509Certificate()
  if (certificate === undefined) return missing
  return {
    ok: true,
    ...altNames(certificate),
    commonNames: [certificate.toLegacyObject().subject.CN ?? []].flat(),
    fingerprint: certificate.fingerprint256.replaceAll(':', '').toLowerCase(),
    serial: certificate.serialNumber.toLowerCase(),
    expiresAt: certificate.validToDate.getTime(),
  }
}

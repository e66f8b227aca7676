import type { HandshakeFailure } from '../ingress/handshake-failure.ts'
import type { SecurityKind } from './kinds.ts'

/** What a TLS connection that did not come about may be part of; null for nothing. */
export const kindOfHandshake: Readonly<Record<HandshakeFailure, SecurityKind | null>> = {
  'too-slow': 'slow-clients',
  'not-tls': 'tls-handshake-flood',
  'version-refused': 'tls-handshake-flood',
  'no-shared-cipher': 'tls-handshake-flood',
  'name-unknown': 'tls-handshake-flood',
  'certificate-missing': 'tls-handshake-flood',
  'certificate-refused': 'tls-handshake-flood',
  // Somebody forgot to renew it.
  'certificate-expired': null,
  'certificate-revoked': 'tls-handshake-flood',
  malformed: 'tls-handshake-flood',
  // Our certificate may be at fault.
  'refused-by-client': null,
  // Load balancers look whether the port is open.
  'broken-off': null,
}

import type { SecurityConfig } from '../config/schema-security.ts'
import type { EntranceFault } from '../entrance/entrance.ts'
import type { Refusal } from '../errors.ts'
import type { IdentityFault } from '../identity/identify.ts'

/** What kind of trouble a refusal may be part of. */
export type SecurityKind = keyof SecurityConfig['events']

/** What exactly was wrong, as doors tell the operator. */
export type Detail = EntranceFault | IdentityFault

/**
 * By the word of the refusal. Null where it says nothing about the client: the gateway or a service has
 * its own reasons. Whoever adds a refusal says here what it means.
 */
const ofRefusal: Readonly<Record<Refusal, SecurityKind | null>> = {
  'bad-request': 'refused-framing',
  'bad-target': 'probing',
  'bad-host': 'refused-framing',
  'ambiguous-header': 'refused-framing',
  'bad-upgrade': 'refused-framing',
  'body-unmappable': null,
  unauthenticated: 'bad-token-flood',
  'certificate-required': 'forbidden-flood',
  forbidden: 'forbidden-flood',
  'address-refused': 'address-refused',
  'origin-refused': 'origin-refused',
  'no-route': 'probing',
  'method-not-allowed': 'probing',
  'request-timeout': 'slow-clients',
  'body-too-large': 'oversized',
  'target-too-long': 'oversized',
  'content-type-refused': null,
  'expectation-failed': null,
  'rate-limited': 'limit-storm',
  'headers-too-large': 'oversized',
  'too-many-headers': 'oversized',
  'internal-error': null,
  'unsupported-coding': 'refused-framing',
  'upstream-connect': null,
  'upstream-tls': null,
  'upstream-reset': null,
  'upstream-protocol': null,
  'upstream-mapping': null,
  'route-full': null,
  overloaded: null,
  'upstream-busy': null,
  'breaker-open': null,
  'identity-unavailable': null,
  'connection-outdated': null,
  draining: null,
  'upstream-timeout': null,
  loop: null,
}

/** By what was wrong with a token or a caller, which says more than its refusal. */
const ofIdentity: Readonly<Record<IdentityFault, SecurityKind | null>> = {
  // A page that was left open, or one that nobody has signed in to yet.
  'token-missing': null,
  'token-expired': null,
  'token-repeated': 'bad-token-flood',
  'scheme-refused': 'bad-token-flood',
  'token-too-long': 'bad-token-flood',
  'token-malformed': 'bad-token-flood',
  'header-refused': 'bad-token-flood',
  'issuer-unknown': 'bad-token-flood',
  'algorithm-refused': 'bad-token-flood',
  'key-unknown': 'bad-token-flood',
  'signature-refused': 'bad-token-flood',
  'token-not-yet-valid': 'bad-token-flood',
  'claims-refused': 'bad-token-flood',
  // Clients drop a token that was taken back; who goes on with it may have it from somebody else.
  revoked: 'revoked-token-used',
  // The identity provider's trouble.
  'keys-unavailable': null,
  'key-unusable': null,
  // As with tokens: who has none, or had one yesterday, means no harm.
  'certificate-missing': null,
  'certificate-expired': null,
  'certificate-refused': 'forbidden-flood',
  'certificate-revoked': 'forbidden-flood',
  'certificate-unnamed': 'forbidden-flood',
  'name-not-listed': 'forbidden-flood',
  'method-not-covered': 'forbidden-flood',
  'role-missing': 'forbidden-flood',
  'scope-missing': 'forbidden-flood',
  'source-repeated': 'refused-framing',
}

/** The kind of event that a refusal may be part of; null for none. */
export function kindOf(refusal: Refusal, detail: Detail | undefined): SecurityKind | null {
  return detail !== undefined && detail in ofIdentity
    ? ofIdentity[detail as IdentityFault]
    : ofRefusal[refusal]
}

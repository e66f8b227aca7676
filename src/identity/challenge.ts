import type { IdentityFault, Unidentified } from './identify.ts'
import { cooldownSeconds } from './remote-key-set.ts'

const retryAfter = ['retry-after', String(cooldownSeconds)]
const whoAreYou = ['www-authenticate', 'Bearer']
const tokenRefused = ['www-authenticate', 'Bearer error="invalid_token"']
const tooLittle = ['www-authenticate', 'Bearer error="insufficient_scope"']

/** Where no bearer token was sent, RFC 6750 section 3.1 wants no error named. */
const withoutToken = new Set<IdentityFault>(['token-missing', 'scheme-refused'])

/** What no other token would change. */
const ofCertificates = new Set<IdentityFault>(['certificate-unnamed', 'name-not-listed'])

/**
 * Headers of the refusal, flat name/value pairs: RFC 6750 section 3, and when to come back. No header
 * asks for a certificate; `takesTokens` says whether the route would take a token.
 */
export function challengeOf(
  { refusal, reason }: Unidentified,
  takesTokens: boolean,
): readonly string[] {
  switch (refusal) {
    case 'unauthenticated':
      return withoutToken.has(reason) ? whoAreYou : tokenRefused
    case 'forbidden':
      return takesTokens && !ofCertificates.has(reason) ? tooLittle : []
    case 'identity-unavailable':
      return retryAfter
    case 'certificate-required':
    case 'ambiguous-header':
      return []
  }
}

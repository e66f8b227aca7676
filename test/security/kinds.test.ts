import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Refusal } from '../../src/errors.ts'
import { type Detail, kindOf, type SecurityKind } from '../../src/security/kinds.ts'

/** Refusal and detail → the kind. */
const cases: readonly (readonly [Refusal, Detail | undefined, SecurityKind | null])[] = [
  ['unauthenticated', 'signature-refused', 'bad-token-flood'],
  ['unauthenticated', 'token-malformed', 'bad-token-flood'],
  ['unauthenticated', 'revoked', 'revoked-token-used'],
  ['ambiguous-header', 'token-repeated', 'bad-token-flood'],
  ['ambiguous-header', 'source-repeated', 'refused-framing'],
  ['ambiguous-header', undefined, 'refused-framing'],
  ['bad-request', undefined, 'refused-framing'],
  ['forbidden', 'role-missing', 'forbidden-flood'],
  ['forbidden', 'name-not-listed', 'forbidden-flood'],
  ['certificate-required', 'certificate-refused', 'forbidden-flood'],
  ['certificate-required', 'certificate-missing', null],
  ['address-refused', 'address-denied', 'address-refused'],
  ['origin-refused', 'origin-null', 'origin-refused'],
  ['rate-limited', undefined, 'limit-storm'],
  ['bad-target', undefined, 'probing'],
  ['no-route', undefined, 'probing'],
  ['request-timeout', undefined, 'slow-clients'],
  ['body-too-large', undefined, 'oversized'],
  // Who was signed in yesterday, or is not yet, means no harm.
  ['unauthenticated', 'token-expired', null],
  ['unauthenticated', 'token-missing', null],
  // Not the client's doing.
  ['identity-unavailable', 'keys-unavailable', null],
  ['unauthenticated', 'key-unusable', null],
  ['content-type-refused', 'content-type-missing', null],
  ['overloaded', undefined, null],
  ['upstream-reset', undefined, null],
  ['draining', undefined, null],
  ['connection-outdated', undefined, null],
]

for (const [refusal, detail, kind] of cases) {
  test(`${refusal}${detail === undefined ? '' : ` for ${detail}`} is ${kind ?? 'no trouble'}`, () => {
    assert.equal(kindOf(refusal, detail), kind)
  })
}

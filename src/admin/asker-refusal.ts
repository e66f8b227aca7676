import type { AdminRole } from '../config/schema-admin.ts'
import { AdminError } from './refusal.ts'
import { csrfHeader } from './session/csrf.ts'
import type { AdminFault, Asked } from './who-asks.ts'

/** Who is refused, and why. */
export interface RefusedAsker {
  readonly reason: AdminFault
  /** Who it was, where that is known. */
  readonly name: string | null
  /** What more is known of it, for the log; nothing secret. */
  readonly detail?: string
}

/** What a request must have had. */
export interface Wanted {
  readonly least: AdminRole
  /** What proves who asks, in words: `Authorization must be …`. */
  readonly proof: string
  /** What cannot be done without. */
  readonly to: 'answer' | 'log in'
}

/** Headers by RFC 6750 section 3: where no bearer token was sent, no error is named. */
export function refusalOfAsker(
  { reason, name }: RefusedAsker,
  asked: Asked,
  { least, proof, to }: Wanted,
): AdminError {
  switch (reason) {
    case 'role-missing': {
      const received = asked.ok
        ? `${name}, who is ${asked.caller.role}`
        : `${name}, who is none of them`
      const message = `Cannot do this: it needs the role ${least}, received ${received}`
      return new AdminError('forbidden', message, challenge('insufficient_scope'))
    }
    case 'too-many-attempts': {
      const seconds = asked.ok ? 0 : Math.ceil(asked.retryAfterMs / 1000)
      const message = `Cannot look at this token: this address had too many refused, try again in ${seconds} s`
      return new AdminError('too-many-attempts', message, { 'retry-after': String(seconds) })
    }
    case 'keys-unavailable':
      return new AdminError(
        'identity-unavailable',
        'Cannot verify this token: the keys of admin.oidc must be there, received none so far; a token of admin.tokens needs none',
      )
    case 'token-missing':
    case 'scheme-refused':
      return new AdminError('unauthenticated', `Cannot ${to}: ${proof}, received none`, challenge())
    case 'token-repeated':
      return new AdminError('bad-request', 'Cannot read the request: Authorization must come once')
    case 'session-over':
      return new AdminError(
        'unauthenticated',
        'Cannot answer: the session must be one that lasts, received a cookie of none; log in again',
        challenge(),
      )
    case 'login-over':
      return new AdminError(
        'unauthenticated',
        'Cannot log in: it must have begun in this browser within 10 min, received another login; begin again',
        challenge(),
      )
    case 'login-refused':
      return new AdminError(
        'unauthenticated',
        'Cannot log in: the identity provider must vouch for what was asked of it, received no such answer; begin again',
        challenge(),
      )
    case 'provider-unavailable':
      return new AdminError(
        'identity-unavailable',
        'Cannot log in: the identity provider must answer, received nothing of use; a token of admin.tokens needs none',
      )
    case 'csrf-missing':
    case 'csrf-wrong': {
      const received = reason === 'csrf-missing' ? 'none' : 'another'
      const message = `Cannot change anything: ${csrfHeader} must be the csrf of GET /session, received ${received}`
      return new AdminError(reason, message)
    }
    default: {
      const message = `Cannot ${to}: ${proof}, received one that is refused (${reason})`
      return new AdminError('unauthenticated', message, challenge('invalid_token'))
    }
  }
}

function challenge(error?: 'invalid_token' | 'insufficient_scope'): Record<string, string> {
  return { 'www-authenticate': error === undefined ? 'Bearer' : `Bearer error="${error}"` }
}

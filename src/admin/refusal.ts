import type { ExperimentRefusal } from '../experiment/experiments-view.ts'
import type { LatchRefusal } from '../fleet/latch/latch-request.ts'
import type { RevocationRefusal } from '../fleet/revocation/revocation-keeper.ts'
import type { RolloutRefusal } from '../rollout/word.ts'
import type { DifferenceRefusal } from '../shadow/finding.ts'
import type { SignalRefusal } from './business-signal.ts'

/** Every reason for which the admin listener refuses, and its status; the same word stands in the answer. */
export const refusalStatuses = {
  'bad-request': 400,
  'unknown-name': 400,
  unauthenticated: 401,
  forbidden: 403,
  'not-loopback': 403,
  'from-a-page': 403,
  'csrf-missing': 403,
  'csrf-wrong': 403,
  'no-such-page': 404,
  'unknown-flag': 404,
  'unknown-route': 404,
  'unknown-difference': 404,
  'no-rollout': 404,
  'no-experiment': 404,
  'already-tripped': 409,
  'already-open': 409,
  overtaken: 409,
  'already-acknowledged': 409,
  'not-acknowledged': 409,
  'many-places': 409,
  'switched-back': 409,
  finished: 409,
  'already-agreed': 409,
  'already-paused': 409,
  'not-paused': 409,
  unsettled: 409,
  'not-pushed': 409,
  'nobody-is-asked': 409,
  'too-large': 413,
  'not-json': 415,
  'too-many-attempts': 429,
  'internal-error': 500,
  'store-down': 503,
  'no-worker': 503,
  'streams-full': 503,
  'identity-unavailable': 503,
  'revocations-full': 507,
} as const satisfies Readonly<
  Record<
    | ExperimentRefusal
    | LatchRefusal
    | RolloutRefusal
    | SignalRefusal
    | DifferenceRefusal
    | RevocationRefusal,
    number
  >
> &
  Readonly<Record<string, number>>

export type AdminRefusal = keyof typeof refusalStatuses

/** JSON Schema of what is answered instead. */
export const refusalSchema = {
  type: 'object',
  required: ['error', 'message'],
  properties: {
    error: { type: 'string', enum: Object.keys(refusalStatuses) },
    message: { type: 'string', description: '"Cannot …: … must be …, received …".' },
  },
}

/** Thrown by routes, answered by the listener as `{ error, message }`. */
export class AdminError extends Error {
  override readonly name = 'AdminError'
  readonly reason: AdminRefusal
  readonly status: number
  readonly headers: Readonly<Record<string, string>>

  constructor(reason: AdminRefusal, message: string, headers: AdminError['headers'] = {}) {
    super(message)
    this.reason = reason
    this.status = refusalStatuses[reason]
    this.headers = headers
  }
}

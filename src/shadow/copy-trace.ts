import type { Variant } from '../cohort/assignment.ts'
import type { GatewayRequest } from '../ingress/request.ts'
import type { RequestTrace } from '../ingress/request-trace.ts'
import type { TracedAttempt } from '../upstream/attempt-trace.ts'
import type { CopyKind } from './pair.ts'

/** What a copy that is sent is one of. */
export interface TracedCopy {
  readonly request: GatewayRequest
  /** Of that request, which the copy is no part of. */
  readonly trace: RequestTrace
  readonly route: string
  readonly kind: CopyKind
  readonly to: Variant
  /** `http://host:port`. */
  readonly origin: string
}

/** Begins a trace of its own for a copy. */
export type TraceCopy = (copy: TracedCopy) => TracedAttempt

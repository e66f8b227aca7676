import type { Caller } from '../identity/caller.ts'
import { type AssignedRequest, type AssignerDeps, createAssigner } from './assign.ts'
import type { AssignmentReason, Variant } from './assignment.ts'
import { flagContext } from './flag-context.ts'
import type { FlagSourceStatus, StrategyTrace } from './flag-source.ts'
import { reasonInWords } from './reason-in-words.ts'
import { findStickyKey, type StickyKey } from './sticky-key.ts'

/** Why a caller gets a variant, for a person to read. */
export interface Explanation {
  readonly variant: Variant
  readonly reason: AssignmentReason
  /** The reason in words. */
  readonly text: string
  readonly stickyKey: Pick<StickyKey, 'kind' | 'value' | 'fresh'>
  /** The route's flag; null on a route without one. */
  readonly flag: string | null
  readonly flagSource: FlagSourceStatus
  /** Each strategy of the flag with its own judgement, also where the reason left them unasked. */
  readonly strategies: readonly StrategyTrace[]
}

/**
 * Explains what a request of this caller gets. Variant and reason are not worked out again: they come
 * from the assigner that the gateway runs.
 */
export function explain(deps: AssignerDeps, request: AssignedRequest, caller: Caller): Explanation {
  const { route, flags } = deps
  // One id for both looks, or a caller without a cookie would be explained by another one's bucket.
  const id = deps.newId()
  const newId = () => id
  const { variant, reason } = createAssigner({ ...deps, newId })(request, caller)
  const stickyKey = findStickyKey(route.stickyKey, caller, request.headers, newId)
  const { kind, value, fresh } = stickyKey
  const { flag = null } = route
  return {
    variant,
    reason,
    text: reasonInWords(reason),
    stickyKey: { kind, value, fresh },
    flag,
    flagSource: flags.status(),
    strategies: flag === null ? [] : flags.trace(flag, flagContext(caller, stickyKey)),
  }
}

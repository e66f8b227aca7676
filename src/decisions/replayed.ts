import type { DecisionResult } from './decision.ts'

/** Why nobody can say what would be decided about a request: what it would depend on was not kept of it. */
export type Unknowable =
  | 'proof-not-kept' // its caller was asked for no proof then
  | 'proof-rule-changed' // proofs would be judged by other rules, and they are not kept
  | 'claim-not-kept' // a rule reads a claim that none read then
  | 'header-not-kept' // or a header
  | 'session-not-kept' // it would be hashed by a session id that is drawn anew
  | 'mark-not-kept' // whether it carried the mark of that flag's V2

/** What would be decided about a request that was decided about before. */
export type Replayed = DecisionResult | Unknown

export interface Unknown {
  readonly kind: 'unknown'
  readonly route: string
  readonly why: Unknowable
}

/** In what way two decisions about one request differ: the first of these that holds. */
export type ChangeKind =
  | 'routed' // it has another route, or one of the two has none
  | 'refused' // one of the two refuses it, or each by another word
  | 'limited' // one of the two refuses it for a rate limit
  | 'assigned' // it goes to the other variant

export const changeKinds = ['routed', 'refused', 'limited', 'assigned'] as const

/**
 * Whether whoever sent a request would notice that it is decided otherwise; null where not. Reasons
 * alone are no change, nor is which of two limits refused.
 */
export function changeOf(before: DecisionResult, after: DecisionResult): ChangeKind | null {
  if (before.route !== after.route) return 'routed'
  const [one, other] = [outcomeOf(before), outcomeOf(after)]
  if (one === other) return null
  if (before.kind === 'assigned' && after.kind === 'assigned') return 'assigned'
  const isLimit = (each: DecisionResult) => each.kind === 'refused' && each.refusal === limited
  const isOpen = (each: DecisionResult) => each.kind !== 'refused'
  const byLimit = (isLimit(before) && isOpen(after)) || (isOpen(before) && isLimit(after))
  return byLimit ? 'limited' : 'refused'
}

const limited = 'rate-limited'

function outcomeOf(result: DecisionResult): string {
  if (result.kind === 'refused') return result.refusal
  return result.kind === 'assigned' ? result.variant : result.kind
}

import type * as latchRules from '../../guard/latch-state.ts'
import type { LatchState } from '../../guard/latch-state.ts'

/** What a person, or the policy in a person's place, asks of a latch. */
export interface LatchRequest {
  /** Name of the flag, also for a rehearsal. */
  readonly flag: string
  readonly to: LatchState['state']
  readonly who: string
  readonly note: string | null
  /** `drill` moves the latch of the rehearsal in the place of the flag's own. */
  readonly reason: 'operator' | 'drill' | 'resume-after'
}

export type LatchRefusal =
  | 'unknown-flag' // no route names it, and nothing was ever kept of it
  | 'already-tripped' // nothing to switch back
  | 'already-open' // nothing to resume
  | 'overtaken' // another change came first and prevails

/** The latch rules that the fleet goes by, see guard/latch-state.ts. */
export type LatchRules = Pick<typeof latchRules, 'neverTripped' | 'prevailing' | 'drillOf'>

export type LatchDecision =
  | { readonly ok: true; readonly next: LatchState }
  | { readonly ok: false; readonly refusal: Exclude<LatchRefusal, 'overtaken'> }

/** The state that a request leads to, one version above the present one. */
export function decideRequest(
  { to, who, note, reason }: LatchRequest,
  present: LatchState,
  facts: { readonly isKnown: boolean; readonly now: number },
): LatchDecision {
  if (!facts.isKnown && present.version === 0) return { ok: false, refusal: 'unknown-flag' }
  if (present.state === to) {
    return { ok: false, refusal: to === 'tripped' ? 'already-tripped' : 'already-open' }
  }
  const { flag, version } = present
  const change = { flag, state: to, version: version + 1, since: facts.now }
  return { ok: true, next: { ...change, by: who, reason, note, evidence: null } }
}

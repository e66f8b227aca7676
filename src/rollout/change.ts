import type { Phase, RolloutState } from './rollout-state.ts'

/** What a person can do to a rollout; who rolls back, trips the latch. */
export type RolloutAction = 'promote' | 'pause' | 'continue'

export interface RolloutRequest {
  readonly action: RolloutAction
  readonly who: string
  readonly why: string | null
}

export type RolloutRefusal =
  | 'no-rollout' // no route of the flag has one
  | 'switched-back' // the latch is tripped: resume first
  | 'already-agreed' // the same person, a second time
  | 'already-paused'
  | 'not-paused'
  | 'finished' // the last stage is over

export type RolloutChange =
  | { readonly ok: true; readonly state: RolloutState }
  | { readonly ok: false; readonly refusal: RolloutRefusal }

/** What becomes of a rollout by the word of a person. */
export function changed(
  state: RolloutState,
  phase: Phase,
  { action, who, why }: RolloutRequest,
  now: number,
): RolloutChange {
  if (phase === 'switched-back') return { ok: false, refusal: 'switched-back' }
  const said = { who, why, at: now }
  const version = state.version + 1
  switch (action) {
    case 'promote':
      if (phase === 'promoted') return { ok: false, refusal: 'finished' }
      if (state.approvals.some(each => each.who === who)) {
        return { ok: false, refusal: 'already-agreed' }
      }
      return { ok: true, state: { ...state, version, approvals: [...state.approvals, said] } }
    case 'pause':
      if (state.paused !== null) return { ok: false, refusal: 'already-paused' }
      return { ok: true, state: { ...state, version, paused: said } }
    case 'continue':
      if (state.paused === null) return { ok: false, refusal: 'not-paused' }
      return { ok: true, state: { ...state, version, paused: null } }
  }
}

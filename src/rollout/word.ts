import type { Percent } from '../config/rollout-rule.ts'
import type { Phase, RolloutState } from './rollout-state.ts'

/** What a person can say to a rollout; who wants V2 off, trips the latch. */
export const rolloutActions = ['promote', 'pause', 'continue'] as const
export type RolloutAction = (typeof rolloutActions)[number]

/** The word of a person, as every machine can know it. Plain JSON. */
export interface Word {
  readonly action: RolloutAction
  readonly who: string
  readonly why: string | null
  /** Wall-clock milliseconds. */
  readonly at: number
  /** `since` of the stage that it was said in: what was agreed to one is not agreed to another. */
  readonly stage: number
}

export type RolloutRefusal =
  | 'no-rollout' // no policy of the flag's routes has one
  | 'unsettled' // the flag could not be read yet, or has just moved
  | 'switched-back' // the latch is tripped: resume first
  | 'finished' // there is no further stage
  | 'already-agreed' // the same person, a second time
  | 'already-paused'
  | 'not-paused'

/** Who agreed to leave this stage, each once: some providers write a name in capitals now and then. */
export function agreedBy({ since }: RolloutState, words: readonly Word[]): readonly string[] {
  const here = words.filter(({ action, stage }) => action === 'promote' && stage === since)
  return [...new Map(here.map(({ who }) => [who.toLowerCase(), who])).values()]
}

/** The word that stopped it; null while it goes on. */
export function pausedBy(words: readonly Word[]): Word | null {
  const last = words
    .filter(({ action }) => action !== 'promote')
    .reduce<Word | null>(
      (latest, word) => (latest === null || word.at >= latest.at ? word : latest),
      null,
    )
  return last?.action === 'pause' ? last : null
}

export interface Hearing {
  readonly state: RolloutState
  readonly phase: Phase
  /** Percent of the next stage; null behind the last. */
  readonly next: Percent | null
  readonly words: readonly Word[]
}

/** Why a word changes nothing; null where it does. */
export function refusalOf(
  { state, phase, next, words }: Hearing,
  { action, who }: Pick<Word, 'action' | 'who'>,
): RolloutRefusal | null {
  const isPaused = pausedBy(words) !== null
  if (action === 'pause') return isPaused ? 'already-paused' : null
  if (action === 'continue') return isPaused ? null : 'not-paused'
  if (phase === 'switched-back') return 'switched-back'
  if (next === null) return 'finished'
  const has = agreedBy(state, words).some(each => each.toLowerCase() === who.toLowerCase())
  return has ? 'already-agreed' : null
}

import type { RolloutRefusal } from '../../rollout/word.ts'

/** What an operator is told in the place of an answer. */
export function refusalInWords(refusal: RolloutRefusal, flag: string): string {
  const about = `flag ${JSON.stringify(flag)}`
  switch (refusal) {
    case 'no-rollout':
      return `Cannot change the rollout: flag must be one whose policy has a rollout, received ${JSON.stringify(flag)}`
    case 'unsettled':
      return `Cannot change the rollout: the percentage of ${about} must be known to the machine that leads; it has just changed or cannot be read, try again in a moment`
    case 'switched-back':
      return `Cannot promote: ${about} must not be switched back; resume it first`
    case 'finished':
      return `Cannot promote: ${about} must have a further stage, and is in its last`
    case 'already-agreed':
      return `Cannot promote: a second person must agree to the stage of ${about}; this one has already`
    case 'already-paused':
      return `Cannot pause: the rollout of ${about} must not be paused already`
    case 'not-paused':
      return `Cannot go on: the rollout of ${about} must be paused`
  }
}

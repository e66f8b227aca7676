import type { Mover } from '../../rollout/flag-door.ts'
import type { RolloutNews } from '../../rollout/step.ts'
import type { RolloutRefusal, Word } from '../../rollout/word.ts'

/** What happened to a rollout, for the audit and for people. */
export function newsInWords(news: RolloutNews, place: string, mover: Mover | null): string {
  const { from, to } = news
  switch (news.event) {
    case 'stage-begun':
      return `${from} % → ${to} % in ${place}`
    case 'moved-by-hand': {
      const by = mover === null ? '' : ` by ${mover.who}`
      const jump = news.jumped ? ', beyond a gate that was not open' : ''
      return `${from} % → ${to} % in ${place}${by}, by hand${jump}`
    }
    case 'move-lost':
      return `${place} was told ${to} % and says ${from} % after a minute; it is told again`
    case 'promoted':
      return `the last stage, ${to} %, is over`
  }
}

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

/** What a person said, for the audit. */
export function wordInWords({ action }: Word, percent: number, next: number | null): string {
  if (action === 'promote') return `agreed to go on from ${percent} % to ${next} %`
  return action === 'pause' ? `paused at ${percent} %` : `goes on at ${percent} %`
}

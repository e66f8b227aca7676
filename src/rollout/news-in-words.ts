import type { Percent } from '../config/rollout-rule.ts'
import type { Mover } from './flag-door.ts'
import { moveInWords, onlyOf, percentInWords, raisedIn } from './percent.ts'
import type { RolloutNews } from './step.ts'
import type { Word } from './word.ts'

/** What happened to a rollout, for the audit and for people. */
export function newsInWords(news: RolloutNews, place: string, mover: Mover | null): string {
  const { from, to } = news
  switch (news.event) {
    case 'stage-begun':
      return `${moveInWords(from, to)} in ${place}`
    case 'moved-by-hand': {
      const by = mover === null ? '' : ` by ${mover.who}`
      const jump = news.jumped ? ', beyond a gate that was not open' : ''
      return `${moveInWords(from, to)} in ${place}${by}, by hand${jump}`
    }
    case 'move-lost':
      return `${place} was told ${percentInWords(to)} and still says ${percentInWords(from)}; it is told again`
    case 'promoted':
      return `the last stage, ${percentInWords(to)}, is over`
  }
}

/** What a person said, for the audit. */
export function wordInWords({ action }: Word, percent: Percent, next: Percent | null): string {
  if (action === 'promote' && next !== null) {
    const titles = raisedIn(percent, next)
    const [from, to] = [onlyOf(percent, titles), onlyOf(next, titles)].map(percentInWords)
    return `agreed to go on from ${from} to ${to}`
  }
  const here = percentInWords(percent)
  return action === 'pause' ? `paused at ${here}` : `goes on at ${here}`
}

import type { Change } from '../../admin/events/change.ts'

/** What is told to those who do not see the page; null for what is not worth an interruption. */
export function changeInWords(change: Change): string | null {
  switch (change.type) {
    case 'latch': {
      const { flag, state, by } = change.data
      return state === 'tripped'
        ? `${flag} is switched back by ${by}: all on V1.`
        : `${flag} is open again, by ${by}: V2 is allowed.`
    }
    case 'verdict': {
      const { route, budget, verdict, text } = change.data
      return `${budget} of ${route}: ${verdictWords[verdict]}. ${text}.`
    }
    case 'rollout':
      return `Rollout of ${change.data.flag}: ${change.data.text}.`
    case 'config':
      return change.data.result === 'refused'
        ? 'The files were changed, and are refused.'
        : 'The files were read anew.'
    case 'audit':
      // How fast a switch back was, some seconds after it.
      return change.data.event === 'latch-settled' ? change.data.why : null
  }
}

/** A verdict as it stands on pages. */
export const verdictWords = {
  pass: 'passes',
  breach: 'exceeded',
  'not-yet': 'not yet',
} as const

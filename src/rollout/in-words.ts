import { moveInWords, percentInWords } from './percent.ts'
import type { Step, StepFacts } from './step.ts'
import { pausedBy } from './word.ts'

/** Where a rollout stands and what is missing, in a line, such as `25 % → 50 %: needs 3,120 more V2 requests, about 40 min; errors max 1% inside`. */
export function rolloutInWords(
  { state, phase, requirements, next }: Step,
  { share, words }: Pick<StepFacts, 'share' | 'words'>,
): string {
  if (state === null || !share.readable) {
    const why = share.readable ? 'it was not looked at yet' : share.why
    return `stays as it is: ${why}`
  }
  const { percent, moving, jumped, lowered } = state
  const paused = pausedBy(words)
  const here = percentInWords(percent)
  const head = next === null ? here : moveInWords(percent, next)
  switch (phase) {
    case 'switched-back':
      return `${here}: switched back, all callers have V1`
    case 'paused':
      return `${head}: paused by ${paused?.who}${paused?.why == null ? '' : `: ${paused.why}`}`
    case 'progressing':
      return `${moving === null ? here : moveInWords(percent, moving.to)}: the flag was told so and does not say so yet`
    case 'promoted':
      return `${here}: the last stage is over`
    default:
      return `${head}: ${missing(requirements)}${byHand(jumped, lowered)}`
  }
}

function byHand(jumped: boolean, lowered: boolean): string {
  if (lowered) return '; taken down by hand'
  return jumped ? '; set by hand beyond a gate that was not open' : ''
}

function missing(requirements: Step['requirements']): string {
  const lacking = requirements.filter(({ met }) => !met).map(({ text }) => text)
  const there = requirements.filter(({ met }) => met).map(({ text }) => text)
  if (lacking.length === 0) return there.length === 0 ? 'goes on' : there.join('; ')
  return [`needs ${lacking.join(', ')}`, ...there].join('; ')
}

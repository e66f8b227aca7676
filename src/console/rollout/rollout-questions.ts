import type { RolloutReport } from '../../fleet/rollout/rollout-report.ts'
import type { Desk } from '../desk.ts'
import type { Question } from '../question.ts'

/** Agrees to leave the stage; it is left once all else is there. */
export function promoteQuestion(desk: Desk, report: RolloutReport, then: string): Question {
  const next = report.stages.find(({ stands }) => stands === 'next')
  const lacking = report.requirements.filter(({ met, kind }) => !met && kind !== 'approval')
  const still =
    lacking.length === 0
      ? 'Nothing else is missing.'
      : `It waits for the rest: ${lacking.map(({ text }) => text).join('; ')}.`
  return word(desk, report, 'promote', {
    title: `Agree to go on to ${next?.text ?? 'the next stage'}?`,
    text: `You agree that ${report.flag} leaves this stage. ${still}`,
    yes: 'Agree',
    then,
  })
}

/** Stops it where it is; the percentage stays. */
export function pauseQuestion(desk: Desk, report: RolloutReport, then: string): Question {
  return word(desk, report, 'pause', {
    title: `Pause the rollout of ${report.flag}?`,
    text: 'It stays at this percentage until somebody lets it go on. Budgets still switch V2 back.',
    yes: 'Pause',
    then,
  })
}

export function continueQuestion(desk: Desk, report: RolloutReport, then: string): Question {
  return word(desk, report, 'continue', {
    title: `Let the rollout of ${report.flag} go on?`,
    text: 'It goes on from this stage, once the stage has all that it demands.',
    yes: 'Go on',
    then,
  })
}

function word(
  { api }: Desk,
  { flag }: RolloutReport,
  action: 'promote' | 'pause' | 'continue',
  told: Pick<Question, 'title' | 'text' | 'yes' | 'then'>,
): Question {
  return {
    ...told,
    reason: 'optional',
    isGrave: false,
    act: ({ who, why }) =>
      api.change(
        `/rollouts/${encodeURIComponent(flag)}/${action}`,
        why === null ? {} : { note: why },
        who,
      ),
  }
}

import type { Finding, RouteDifferences } from '../../shadow/finding.ts'
import type { Desk } from '../desk.ts'
import type { Question, Said } from '../question.ts'
import { countText } from '../show/numbers.ts'
import { kindWords, placeText } from './place-words.ts'

export interface Asked {
  readonly desk: Desk
  /** Asks for what stands on the page once more, since it is another now. */
  readonly renew: () => Promise<void>
}

/** A difference is meant, and is to count no more. */
export function acknowledgeQuestion(asked: Asked, finding: Finding, then: string): Question {
  return {
    title: `Acknowledge ${placeText(finding)}?`,
    text: `${kindWords[finding.kind]}: it counts no longer on ${finding.route}, on any machine. Budgets on mismatches are judged anew.`,
    reason: 'required',
    yes: 'Acknowledge',
    isGrave: false,
    then,
    act: said => change(asked, finding.route, 'acknowledge', said, differenceOf(finding)),
  }
}

/** That is taken back. */
export function countAgainQuestion(asked: Asked, finding: Finding, then: string): Question {
  return {
    title: `Count ${placeText(finding)} again?`,
    text: `It counts on ${finding.route} again, on every machine. Budgets on mismatches are judged anew.`,
    reason: 'required',
    yes: 'Count again',
    isGrave: false,
    then,
    act: said => change(asked, finding.route, 'count-again', said, differenceOf(finding)),
  }
}

/** All that was seen of a route is forgotten. */
export function forgetQuestion(
  asked: Asked,
  { route, compared }: RouteDifferences,
  then: string,
): Question {
  return {
    title: `Forget all differences of ${route}?`,
    text: `What ${countText(compared)} pairs showed is gone, on every machine, and nothing brings it back; what was acknowledged stays so. Budgets on mismatches are judged anew.`,
    reason: 'required',
    yes: 'Forget all',
    isGrave: true,
    then,
    act: said => change(asked, route, 'forget', said),
  }
}

async function change(
  { desk, renew }: Asked,
  route: string,
  what: 'acknowledge' | 'count-again' | 'forget',
  { who, why }: Said,
  difference: object = {},
) {
  const path = `/differences/${encodeURIComponent(route)}/${what}`
  const answer = await desk.api.change<{ readonly text: string }>(
    path,
    { ...difference, why: why ?? '' },
    who,
  )
  // Before the dialog is gone: who looks up from it sees what was done.
  if (answer.ok) await renew()
  return answer
}

function differenceOf({ part, at, kind }: Finding) {
  return { part, at, kind }
}

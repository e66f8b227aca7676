import type { Desk } from '../desk.ts'
import type { Question } from '../question.ts'

/** Takes all callers of a flag to V1. */
export function switchBackQuestion({ api }: Desk, flag: string, then: string): Question {
  return {
    title: `Switch ${flag} back?`,
    text: 'Every caller has V1 from the next request on, on every machine. V2 comes back only by a resume.',
    reason: 'required',
    yes: 'Switch back to V1',
    isGrave: true,
    then,
    act: ({ who, why }) => api.change(`${latchAt(flag)}/rollback`, { note: why ?? '' }, who),
  }
}

/** Lets V2 have its callers again. */
export function resumeQuestion({ api }: Desk, flag: string, then: string): Question {
  return {
    title: `Resume ${flag}?`,
    text: 'V2 has its share again, as the flag says. Its budgets are judged anew.',
    reason: 'required',
    yes: 'Allow V2 again',
    isGrave: false,
    then,
    act: ({ who, why }) => api.change(`${latchAt(flag)}/resume`, { note: why ?? '' }, who),
  }
}

function latchAt(flag: string): string {
  return `/latches/${encodeURIComponent(flag)}`
}

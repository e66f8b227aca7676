import type { LatchState } from '../../guard/latch-state.ts'
import type { LatchRefusal } from './latch-request.ts'

/** What a change of a latch means, in a sentence for the audit, the log and the people who are told. */
export function changeInWords({ flag, state, reason, by, note, evidence }: LatchState): string {
  const said = note === null || note === '' ? '' : `: ${note}`
  if (reason === 'drill') {
    return state === 'tripped'
      ? `${by} began a drill of ${flag}${said}`
      : `${by} ended the drill of ${flag}${said}`
  }
  if (state === 'open') {
    return reason === 'resume-after'
      ? `${flag}: V2 is allowed again, since the time that the policy sets has passed`
      : `${flag}: ${by} allowed V2 again${said}`
  }
  if (evidence === null) return `${flag}: ${by} sent all traffic back to V1${said}`
  return `${flag}: all traffic is back on V1. ${evidence.text}`
}

/** Why a request changes nothing, with the rule and what is. */
export function refusalInWords(
  refusal: LatchRefusal,
  { flag, state, by, version }: LatchState,
): string {
  switch (refusal) {
    case 'unknown-flag':
      return `Cannot change the latch: flag must be one that a route names, received "${flag}"`
    case 'already-tripped':
      return `Cannot switch back ${flag}: it must be open, received tripped (by ${by}, version ${version})`
    case 'already-open':
      return `Cannot resume ${flag}: it must be tripped, received open (version ${version})`
    case 'overtaken':
      return `Cannot change ${flag}: no other change may come first, received one by ${by} (${state}, version ${version})`
  }
}

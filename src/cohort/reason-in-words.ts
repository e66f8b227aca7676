import type { AssignmentReason } from './assignment.ts'

const reasons: Readonly<Record<AssignmentReason, string>> = {
  'v1-only': 'the route has no V2',
  'flag-missing': 'the flag source does not know the flag',
  'flag-off': 'the flag is off',
  'in-share': 'a strategy of the flag matches',
  'out-of-share': 'no strategy of the flag matches',
  'seen-v2': 'the caller has had V2 before',
  forced: 'a listed tester asked for it',
  'switched-back': 'the flag was switched back, and nobody has resumed it',
  drill: 'a rehearsal of the switch back is under way for the testers',
}

export function reasonInWords(reason: AssignmentReason): string {
  return reasons[reason]
}

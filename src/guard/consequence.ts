import type { BudgetRule } from '../config/budget-rule.ts'

/** What a standing breach leads to. */
export type Consequence =
  | 'switch-back' // all traffic of the flag goes to V1
  | 'close-gate' // V2 has no traffic that could be taken from it: it must not get any
  | 'report' // the budget is a dry run

/**
 * Copies show what is wrong with V2 before anybody is sent there, and go on after everybody was taken
 * away. Tripping a latch for them would switch nothing back, and would then have to be resumed for
 * nothing; so a breach on `mismatch` waits until a client's request reaches V2.
 *
 * @param hasLiveV2 Whether V2 was asked for a client since the last report; testers are no clients.
 */
export function consequenceOf(
  { signal, dryRun }: Pick<BudgetRule, 'signal' | 'dryRun'>,
  hasLiveV2: boolean,
): Consequence {
  if (dryRun) return 'report'
  return signal === 'mismatch' && !hasLiveV2 ? 'close-gate' : 'switch-back'
}

import type { NotCompared } from '../difference.ts'
import type { Uncompared } from '../mismatches.ts'
import { pairsIn, type Stretch } from './stretch.ts'

/**
 * Whether it lies in the answers that they were not compared. What we had no room or time for is picked
 * by chance, and what a client broke off or V1 did not answer says nothing of V2.
 */
const liesInAnswers: Readonly<Record<NotCompared, boolean>> = {
  'no-answer': false,
  unfinished: false,
  'too-large': true,
  'too-deep': true,
  undecodable: true,
  'invalid-json': true,
  'unknown-charset': true,
  'no-room': false,
  busy: false,
  failed: true,
}

/** Of the pairs that were seen, those that say nothing for a reason that lies in them; null for none. */
export function uncomparedOf(stretch: Stretch): Uncompared | null {
  let most: { readonly reason: NotCompared; readonly pairs: number } | null = null
  let left = 0
  for (const [reason, pairs] of Object.entries(stretch.notCompared) as [NotCompared, number][]) {
    if (!liesInAnswers[reason] || pairs === 0) continue
    left += pairs
    if (most === null || pairs > most.pairs) most = { reason, pairs }
  }
  return most === null ? null : { share: left / (left + pairsIn(stretch)), reason: most.reason }
}

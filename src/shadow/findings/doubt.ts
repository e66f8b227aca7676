import { mayExceed, plausibleExcess } from './plausible-excess.ts'
import { attributable } from './significance.ts'
import type { Totals } from './totals.ts'
import { noiseSeen, ofLate, shadowSeen, verdictOf } from './verdicts.ts'

/**
 * The part of the pairs that differ in a place, from 0 to 1, of which nobody knows whether V2 is to blame,
 * for a budget that allows so much. Where V1 was never seen to differ from itself it is all of them; in a
 * place of noise what may plausibly be hidden in it, since one stray answer of V1 explains one stray answer.
 */
export function doubtOf(totals: Totals, place: string, allowed: number): number {
  const verdict = verdictOf(totals, place)
  if (verdict === 'undecided') return 1
  const noise = noiseSeen(totals.inAll, place)
  const seen = shadowSeen(totals.inAll, place)
  if (verdict === 'noise') {
    return mayExceed(seen, noise, allowed) ? partOf(plausibleExcess(seen, noise), seen) : 0
  }
  const late = shadowSeen(ofLate(totals), place)
  // Its pairs of late count as mismatches, or chance explains them: then it was mended, or they are few.
  if (attributable(late, noise) > 0) return 0
  if (!mayExceed(late, noise, allowed) || !mayExceed(seen, noise, allowed)) return 0
  return Math.min(
    partOf(plausibleExcess(late, noise), late),
    partOf(plausibleExcess(seen, noise), seen),
  )
}

function partOf(share: number, { times, of }: { readonly times: number; readonly of: number }) {
  return Math.min(1, (share * of) / times)
}

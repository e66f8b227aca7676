import type { Finding } from '../finding.ts'
import { isElsewhere, readPlace } from './place.ts'
import { attributable, excess, isReal, type Seen } from './significance.ts'
import type { Stretch } from './stretch.ts'
import type { Totals } from './totals.ts'

export type Verdict = Finding['verdict']

/** Repeatable pairs of late from which on their rate is taken for the rate now. */
const enoughOfLate = 100

/** How often V2 differs in a place, where V1 may be asked twice. */
export function shadowSeen({ compared, seen }: Stretch, place: string): Seen {
  return { times: seen.get(place)?.shadow ?? 0, of: compared.shadow }
}

/** How often V1 differs from itself in a place. */
export function noiseSeen({ compared, seen }: Stretch, place: string): Seen {
  return { times: seen.get(place)?.noise ?? 0, of: compared.noise }
}

/** What a place is taken for; see `Finding`. */
export function verdictOf(totals: Totals, place: string): Verdict {
  const { inAll, histories } = totals
  if ((histories.get(place)?.realAt ?? null) !== null || isRealNow(totals, place)) return 'real'
  const noise = noiseSeen(inAll, place)
  return noise.times > 0 && excess(shadowSeen(inAll, place), noise) === 0 ? 'noise' : 'undecided'
}

/** The places that are proven real by now, and were not before. */
export function newlyReal(totals: Totals): readonly string[] {
  return [...totals.inAll.seen.keys()].filter(
    place => totals.histories.get(place)?.realAt === null && isRealNow(totals, place),
  )
}

/** Of late too, since in a noisy place what is new drowns in weeks of what was. */
function isRealNow({ inAll, late }: Totals, place: string): boolean {
  // Many places told as one may differ in one pair several times, which no rate is made for.
  const difference = readPlace(place)
  if (difference === null || isElsewhere(difference)) return false
  return (
    isReal(shadowSeen(inAll, place), noiseSeen(inAll, place), 'in-all') ||
    isReal(shadowSeen(late, place), noiseSeen(late, place), 'of-late')
  )
}

/** What is taken for the present: the pairs of late where they say something. */
export function ofLate({ inAll, late }: Totals): Stretch {
  return late.compared.shadow >= enoughOfLate ? late : inAll
}

/** What a pair that differs in a place counts for. */
export interface Weight {
  /** The part of it that is a mismatch, from 0 to 1. */
  readonly mismatch: number
  /** The part of which that is not known yet. */
  readonly undecided: number
}

/** What each place weighs, in pairs of late and in all; acknowledged ones weigh nothing. */
export function weightsOf(
  totals: Totals,
  isAcknowledged: (place: string) => boolean,
): ReadonlyMap<string, { readonly late: Weight; readonly inAll: Weight }> {
  const { inAll } = totals
  const present = ofLate(totals)
  const weights = new Map<string, { late: Weight; inAll: Weight }>()
  for (const place of inAll.seen.keys()) {
    if (isAcknowledged(place)) continue
    const verdict = verdictOf(totals, place)
    if (verdict === 'noise') continue
    const noise = noiseSeen(inAll, place)
    const weight = (stretch: Stretch): Weight =>
      verdict === 'undecided'
        ? { mismatch: 0, undecided: 1 }
        : { mismatch: attributable(shadowSeen(stretch, place), noise), undecided: 0 }
    weights.set(place, { late: weight(present), inAll: weight(inAll) })
  }
  return weights
}

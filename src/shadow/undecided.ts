import type { RouteDifferences } from './finding.ts'
import type { UndecidedDifference } from './mismatches.ts'

/** See `Mismatches.undecided`; a difference that was acknowledged counts in no case. */
export function mostUndecided({
  findings,
  noisePairs,
}: Pick<RouteDifferences, 'findings' | 'noisePairs'>): UndecidedDifference | null {
  let most: UndecidedDifference | null = null
  for (const { verdict, acknowledged, part, at, kind, rate, pairs, compared } of findings) {
    if (verdict !== 'undecided' || acknowledged !== null) continue
    const share = rate ?? (compared === 0 ? 0 : pairs / compared)
    if (most !== null && most.share >= share) continue
    const place = part === 'body' ? at || 'the body' : part === 'status' ? 'the status' : at
    const percent = Number((share * 100).toPrecision(3))
    most = {
      share,
      text: `${percent} % differ at ${place} (${kind}), and V1 was asked twice for only ${noisePairs} requests: too few to tell its noise from a fault of V2`,
    }
  }
  return most
}

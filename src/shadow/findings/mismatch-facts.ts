import type { Finding } from '../finding.ts'
import type { MismatchFacts, UndecidedDifference } from '../mismatches.ts'
import { doubtInWords } from './difference-in-words.ts'
import { doubtOf } from './doubt.ts'
import { uncomparedOf } from './left-uncompared.ts'
import { weigh } from './mismatched.ts'
import { placeOf } from './place.ts'
import { pairsIn, type Stretch } from './stretch.ts'
import type { Totals } from './totals.ts'
import { noiseSeen, shadowSeen, type Weight } from './verdicts.ts'

/** Pairs of late from which on a place that they do not show is not taken for a rare one. */
const enoughToMiss = 1000

export interface JudgedFindings {
  readonly totals: Totals
  /** Worst first. */
  readonly findings: readonly Finding[]
  readonly mismatchRate: number | null
  readonly mismatchRateInAll: number | null
  readonly worst: string | null
  readonly weightOf: (place: string) => Weight | undefined
}

/** What a budget that allows so much has to know of the findings beside the pairs that were counted. */
export function mismatchFactsOf(judged: JudgedFindings, allowed: number): MismatchFacts {
  const { mismatchRate, mismatchRateInAll, worst } = judged
  return {
    worst,
    mismatchShare: Math.min(mismatchRate ?? 1, mismatchRateInAll ?? 0),
    undecided: undecidedOf(judged, allowed),
    uncompared: uncomparedOf(presentOf(judged.totals)),
  }
}

/** The pairs of late, unless they are too few to say that something is not among them. */
export function presentOf({ inAll, late }: Totals): Stretch {
  const seen = Object.values(late.notCompared).reduce((sum, pairs) => sum + pairs, pairsIn(late))
  return seen < enoughToMiss ? inAll : late
}

function undecidedOf(
  { totals, findings, weightOf }: JudgedFindings,
  allowed: number,
): UndecidedDifference | null {
  const stretch = presentOf(totals)
  const doubts = new Map<string, number>()
  let worst: { readonly finding: Finding; readonly pairs: number } | null = null
  for (const finding of findings) {
    const place = placeOf(finding)
    const doubt = finding.acknowledged === null ? doubtOf(totals, place, allowed) : 0
    const pairs = doubt * timesSeen(stretch, place)
    doubts.set(place, doubt)
    if (pairs > (worst?.pairs ?? 0)) worst = { finding, pairs }
  }
  if (worst === null) return null
  const { undecided } = weigh(stretch, place => ({
    mismatch: weightOf(place)?.mismatch ?? 0,
    undecided: doubts.get(place) ?? 0,
  }))
  if (undecided === 0) return null
  const share = undecided / pairsIn(stretch)
  return { share, text: textOf(totals, worst.finding, allowed) }
}

function textOf({ inAll }: Totals, finding: Finding, allowed: number): string {
  if (finding.verdict === 'undecided') return finding.text
  const place = placeOf(finding)
  return `${finding.text}${doubtInWords(shadowSeen(inAll, place), noiseSeen(inAll, place), allowed)}`
}

function timesSeen({ seen }: Stretch, place: string): number {
  const times = seen.get(place)
  return times === undefined ? 0 : times.shadow + times.unrepeatable
}

import type { Difference } from '../difference.ts'
import type { Acknowledgement, Finding, RouteDifferences } from '../finding.ts'
import type { MismatchFacts, Uncompared } from '../mismatches.ts'
import { findingInWords, worstInWords } from './difference-in-words.ts'
import { uncomparedOf } from './left-uncompared.ts'
import { mismatchFactsOf, presentOf } from './mismatch-facts.ts'
import { weigh } from './mismatched.ts'
import { count, percent } from './numbers-in-words.ts'
import { pairedLatency } from './paired-latency.ts'
import { placeOf, readPlace } from './place.ts'
import type { Seen } from './significance.ts'
import { none, pairsIn, type Stretch } from './stretch.ts'
import type { Totals } from './totals.ts'
import { noiseSeen, shadowSeen, verdictOf, type Weight, weightsOf } from './verdicts.ts'

export interface Judged {
  readonly route: string
  readonly flag: string
  readonly basis: string
  readonly totals: Totals
  /** By place, see place.ts. */
  readonly acknowledged: ReadonlyMap<string, Acknowledgement>
}

/** A route as it was judged. */
export interface Judgement {
  readonly differences: RouteDifferences
  /** What each place weighs of late, see verdicts.ts. */
  readonly weightOf: (place: string) => Weight | undefined
  /** What a budget that allows so much has to know. */
  readonly factsFor: (allowed: number) => MismatchFacts
}

/** What was seen of a route, judged and told. */
export function judgeRoute(judged: Judged): Judgement {
  const { route, flag, basis, totals, acknowledged } = judged
  const { since, inAll, late, latency } = totals
  const weights = weightsOf(totals, place => acknowledged.has(place))
  const weightOf = (place: string) => weights.get(place)?.late
  const findings = [...inAll.seen.keys()].map(place => findingOf(judged, place)).sort(worseFirst)
  const mismatchRate = rateOf(late, weightOf)
  const mismatchRateInAll = rateOf(inAll, place => weights.get(place)?.inAll)
  const counting = findings.filter(each => each.rate !== 0)
  const mismatches = counting.filter(each => (weightOf(placeOf(each))?.mismatch ?? 0) > 0)
  const undecided = counting.filter(each => (weightOf(placeOf(each))?.undecided ?? 0) > 0)
  const [first] = mismatches
  const worst =
    first === undefined ? null : worstInWords(first, { times: first.pairs, of: first.compared })
  const found = { totals, findings, mismatchRate, mismatchRateInAll, worst, weightOf }
  return {
    differences: {
      ...{ route, flag, basis, since },
      compared: pairsIn(inAll),
      notCompared: inAll.notCompared,
      noisePairs: inAll.compared.noise,
      mismatchRate,
      mismatchRateInAll,
      findings,
      latency: pairedLatency(latency),
      text:
        refusalInWords(findings) ??
        routeInWords(pairsIn(inAll), mismatches.length, undecided.length, mismatchRate) +
          uncomparedInWords(uncomparedOf(presentOf(totals))),
    },
    weightOf,
    factsFor: allowed => mismatchFactsOf(found, allowed),
  }
}

function findingOf({ route, totals, acknowledged }: Judged, place: string): Finding {
  const { inAll, late, histories } = totals
  const difference = readPlace(place) as Difference
  const { firstAt = inAll.from, lastAt = inAll.from, samples = [] } = histories.get(place) ?? {}
  const verdict = verdictOf(totals, place)
  const known = acknowledged.get(place) ?? null
  const pairs = pairsSeen(inAll, place)
  const noise = noiseSeen(inAll, place)
  return {
    ...difference,
    route,
    verdict,
    pairs: pairs.times,
    compared: pairs.of,
    rate: shareOf(pairsSeen(late, place)),
    noiseRate: shareOf(noise),
    firstSeenAt: firstAt,
    lastSeenAt: lastAt,
    samples,
    acknowledged: known,
    text: findingInWords({
      ...{ difference, verdict, pairs, noise, acknowledged: known },
      shadow: shadowSeen(inAll, place),
    }),
  }
}

const ranks: Readonly<Record<Finding['verdict'], number>> = { real: 0, undecided: 1, noise: 2 }

/** Acknowledged ones last; then by verdict; then by how many pairs show it of late, and in all. */
function worseFirst(a: Finding, b: Finding): number {
  return (
    Number(a.acknowledged !== null) - Number(b.acknowledged !== null) ||
    ranks[a.verdict] - ranks[b.verdict] ||
    (b.rate ?? 0) - (a.rate ?? 0) ||
    b.pairs - a.pairs ||
    (placeOf(a) < placeOf(b) ? -1 : 1)
  )
}

function pairsSeen(stretch: Stretch, place: string): Seen {
  const { shadow, unrepeatable } = stretch.seen.get(place) ?? none
  return { times: shadow + unrepeatable, of: pairsIn(stretch) }
}

function shareOf({ times, of }: Seen): number | null {
  return of === 0 ? null : times / of
}

function rateOf(stretch: Stretch, weightOf: Parameters<typeof weigh>[1]): number | null {
  const { mismatched } = weigh(stretch, weightOf)
  return shareOf({ times: mismatched, of: pairsIn(stretch) })
}

/** A V2 that turns nearly all copies away was not asked what V1 was asked. */
const nearlyAll = 0.9

function refusalInWords(findings: readonly Finding[]): string | null {
  const status = findings.find(({ part }) => part === 'status')
  if (status === undefined || status.samples.length === 0) return null
  const isRefused = status.samples.every(({ v2 }) => v2 === '401' || v2 === '403')
  if (!isRefused || status.pairs < nearlyAll * status.compared) return null
  return 'V2 answers 401 or 403 to nearly all copies: they carry no credential that it takes, see shadow.credentials'
}

/** `100 % of the pairs of late differ in a real way, in one place; 3 places undecided (1,204 pairs in all)` */
function routeInWords(
  pairs: number,
  mismatches: number,
  undecided: number,
  rate: number | null,
): string {
  if (pairs === 0) return 'nothing was compared yet'
  const open = undecided === 0 ? '' : `; ${places(undecided)} undecided`
  if (mismatches === 0) return `no real difference of late${open} (${count(pairs)} pairs in all)`
  const real = `${percent(rate ?? 0)} of the pairs of late differ in a real way, in ${places(mismatches)}`
  return `${real}${open} (${count(pairs)} pairs in all)`
}

/** From this share on what was not compared is told beside what was. */
const worthTelling = 0.01

/** `; 90 % were not compared, mostly undecodable` */
function uncomparedInWords(uncompared: Uncompared | null): string {
  if (uncompared === null || uncompared.share <= worthTelling) return ''
  return `; ${percent(uncompared.share)} were not compared, mostly ${uncompared.reason}`
}

function places(number: number): string {
  return number === 1 ? 'one place' : `${count(number)} places`
}

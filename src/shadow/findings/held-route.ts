import type { RouteMismatches } from '../mismatches.ts'
import type { RouteReport } from '../report.ts'
import { acknowledgedBy, type Decision, forgottenAt, newerDecision } from './decision.ts'
import { maskedBy, shownOf, withoutMasked } from './masked-samples.ts'
import { createWholePairs, weigh } from './mismatched.ts'
import { elsewhere } from './place.ts'
import { type Judgement, judgeRoute } from './route-differences.ts'
import { stretchOf } from './stretch.ts'
import { noSums, type Sums, withoutOld, withReal, withReport } from './sums.ts'
import { totalsOf } from './totals.ts'
import { newlyReal } from './verdicts.ts'

/** A route that is shadowed, and by what its pairs are compared. */
export interface ShadowedRoute {
  readonly route: string
  readonly flag: string
  /** See `RouteReport`. */
  readonly basis: string
}

/** What is held of one route: what this machine saw, what the others say, and what people decided. */
export function createHeldRoute({ route, flag, basis }: ShadowedRoute, now: number) {
  let own = noSums(basis, now, 0)
  let others: readonly Sums[] = []
  let decisions: ReadonlyMap<string, Decision> = new Map()
  let isMasked = maskedBy([])
  let judgement: Judgement | null = null
  let pairs = 0
  let mismatched = 0
  const wholeMismatches = createWholePairs()

  const totals = (now: number) =>
    totalsOf([own, ...others.filter(({ forgotten }) => forgotten === own.forgotten)], now)

  function judged(now: number): Judgement {
    const acknowledged = acknowledgedBy(decisions)
    judgement ??= judgeRoute({ route, flag, basis, totals: totals(now), acknowledged })
    return judgement
  }

  function setOwn(next: Sums): void {
    own = next
    judgement = null
  }

  return {
    judged,
    own: () => own,
    /** Whether this machine has nothing to say that the others could miss. */
    isEmpty: () => pairsIn(own) === 0,
    decisions: () => decisions,
    /** Whether a place was ever seen to differ, by any machine. */
    hasSeen: (place: string, now: number): boolean => totals(now).inAll.seen.has(place),
    /** Adds up reports of this basis, and counts which of their pairs are mismatches by all that is known then. */
    add(reports: readonly RouteReport[], now: number): void {
      for (const report of reports) {
        // The worker may not know the mask yet.
        const samples = shownOf(report.samples, isMasked)
        own = withReport(own, { ...report, samples }, now)
      }
      setOwn(withReal(own, newlyReal(totals(now)), now))
      const { weightOf } = judged(now)
      for (const report of reports) {
        const found = stretchOf(report, now)
        const { compared } = found
        const weighed = weigh(found, place => weightOf(place) ?? weightOf(elsewhere(place)))
        pairs += compared.shadow + compared.unrepeatable
        mismatched += wholeMismatches(weighed.mismatched)
      }
    },
    /** Goes on from what this machine wrote down itself, before it has seen anything new. */
    resume(stored: Sums): void {
      setOwn(withoutMasked(stored, isMasked))
    },
    /** Lets go of what is not to be kept from now on: samples at these pointers, or below them. */
    mask(pointers: readonly string[]): void {
      isMasked = maskedBy(pointers)
      others = others.map(each => withoutMasked(each, isMasked))
      setOwn(withoutMasked(own, isMasked))
    },
    /** Takes what other machines saw; only what was seen under the same basis can be added. */
    hear(machines: readonly Sums[]): void {
      others = machines
        .filter(each => each.basis === basis)
        .map(each => withoutMasked(each, isMasked))
      judgement = null
    },
    /** Takes a decision, from here or elsewhere; the newest holds. Returns whether it is news. */
    decide(place: string, decision: Decision, now: number): boolean {
      const known = decisions.get(place)
      if (known !== undefined && newerDecision(decision, known) === known) return false
      decisions = new Map([...decisions, [place, decision]])
      judgement = null
      const forgotten = forgottenAt(decisions)
      if (forgotten > own.forgotten) setOwn(noSums(basis, now, forgotten))
      return true
    },
    /** Lets go of what was last seen before then; what is of late is so only for a while. */
    expire(before: number): void {
      setOwn(withoutOld(own, before))
    },
    /** Pairs since the last call; null for none. */
    take(): RouteMismatches | null {
      if (pairs === 0) return null
      const taken = { route, pairs, mismatched }
      pairs = 0
      mismatched = 0
      return taken
    },
  }
}

function pairsIn({ inAll: { compared } }: Sums): number {
  return compared.shadow + compared.unrepeatable + compared.noise
}

export type HeldRoute = ReturnType<typeof createHeldRoute>

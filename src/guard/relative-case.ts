import type { BudgetRule } from '../config/budget-rule.ts'
import type { Batch, Case, CaseVerdict } from './case.ts'
import { type Contrast, type Contrasted, createContrast } from './contrast.ts'
import type { Tally } from './cusum.ts'
import { eventsToProof, isProvenWithin, negligibleShare } from './proven-within.ts'
import { createQuarterSeconds } from './quarter-seconds.ts'

/** Counts of both variants since the case began. */
interface Totals {
  events: number
  bad: number
}

/** What a budget relative to V1 makes of the counts; the rest of the case is the same for all. */
export interface RelativeRule {
  /** Times V1's share of bad events that V2's may be. */
  readonly times: number
  /** What of a batch is compared; null where V1 gives nothing to compare with. */
  contrasted(batch: Batch, now: number): Contrasted | null
  /** Whether V2 is over also by itself, and not only beside V1. */
  isOverAlone(): boolean
}

/** A budget that takes its measure from V1: judged on both variants in the same quarter seconds. */
export function createRelativeCase(rule: BudgetRule, relative: RelativeRule): Case {
  const contrast = createContrast(relative.times, rule.certainty)
  const gather = createQuarterSeconds()
  const v1: Totals = { events: 0, bad: 0 }
  const v2: Totals = { events: 0, bad: 0 }
  let seenV2 = 0
  let breach: Tally | null = null

  function compare(batch: Batch, now: number): void {
    seenV2 += batch.v2.events
    const both = relative.contrasted(batch, now)
    if (both === null) return
    for (const [totals, { events, bad }] of [
      [v1, both.v1],
      [v2, both.v2],
    ] as const) {
      totals.events += events
      totals.bad += bad
    }
    const isOver = contrast.add(both)
    if (isOver && relative.isOverAlone()) breach ??= contrast.since()
    else if (!contrast.breached) breach = null
  }

  return {
    add(batch, now) {
      const whole = gather(batch, now)
      if (whole !== null) compare(whole, now)
      return breach
    },
    verdict() {
      const facts = {
        requests: v2.events,
        bad: v2.bad,
        allowed: rule.allowed || relative.times * (v1.bad / Math.max(1, v1.events)),
        v1: { requests: v1.events, bad: v1.bad },
        height: contrast.height,
      }
      if (breach !== null) {
        return {
          ...facts,
          requests: breach.events,
          bad: breach.bad,
          verdict: 'breach',
          reason: 'over-budget',
          moreRequests: null,
        }
      }
      return { ...facts, verdict: 'not-yet', ...undecided(rule, seenV2, v1, v2, contrast) }
    },
  }
}

type Undecided = Pick<CaseVerdict, 'reason' | 'moreRequests'> &
  Partial<Pick<CaseVerdict, 'verdict'>>

/** Pass, or why not yet. */
function undecided(
  rule: BudgetRule,
  seenV2: number,
  v1: Totals,
  v2: Totals,
  contrast: Contrast,
): Undecided {
  const { minRequests, allowed } = rule
  if (seenV2 === 0) return { reason: 'no-traffic', moreRequests: minRequests }
  if (v1.events === 0) return { reason: 'no-v1-to-compare', moreRequests: null }
  // V1's own share may be 0 and gives no limit then: what is as good as none passes beside it.
  const limit = allowed || negligibleShare
  const isWithin =
    isProvenWithin(v2.bad, v2.events, limit) || (allowed === 0 && contrast.proven === 1)
  if (isWithin && v2.events >= minRequests) {
    return { verdict: 'pass', reason: 'within-budget', moreRequests: null }
  }
  const byItself = eventsToProof(v2.bad, v2.events, limit)
  const besideV1 =
    allowed > 0 || contrast.proven === 0 ? null : Math.ceil(v2.events / contrast.proven) - v2.events
  const proofs = [byItself, besideV1].filter(more => more !== null)
  const missing = Math.max(0, minRequests - v2.events)
  const reason = missing > 0 ? 'too-few-requests' : 'not-certain-yet'
  return {
    reason,
    moreRequests: proofs.length === 0 ? null : Math.max(missing, Math.min(...proofs)),
  }
}

import type { BudgetRule } from '../config/budget-rule.ts'
import type { VariantCounts } from './case.ts'
import { createDetector, designDetector } from './detector.ts'
import { leftFrom, neverStep, stepOf, upperEndMs } from './latency-steps.ts'
import type { RelativeRule } from './relative-case.ts'
import { createV1Latency } from './v1-latency.ts'

/** Errors: V2's share of failures may be so many times V1's. */
export function createErrorsBesideV1(rule: BudgetRule): RelativeRule {
  return {
    times: rule.timesV1 ?? 1,
    contrasted: batch => (batch.v1.events === 0 ? null : batch),
    isOverAlone: () => true,
  }
}

/**
 * Latency: V2's quantile may be so many times V1's. V1's limit is its own quantile of late, V2's is so
 * many times that; then the share of V2 above its limit may be no larger than the share of V1 above
 * V1's. That holds however stale V1's limit is, as long as both slow down together.
 */
export function createLatencyBesideV1(rule: BudgetRule): RelativeRule {
  const times = rule.timesV1 ?? 1
  const v1Latency = createV1Latency(rule.quantile ?? 0.5)
  const detector = createDetector(designDetector(rule.allowed, rule.certainty))
  return {
    times: 1,
    contrasted({ v1, v2 }, now) {
      const limit = v1Latency.limitStep()
      v1Latency.add(v1.steps, now)
      if (limit === null) return null
      const limitV2 = Math.min(neverStep - 1, stepOf(times * upperEndMs(limit)))
      const both = { v1: slowerThan(limit, v1), v2: slowerThan(limitV2, v2) }
      detector.addBatch(both.v2.bad, both.v2.events - both.v2.bad)
      return both
    },
    isOverAlone: () => detector.over,
  }
}

function slowerThan(limit: number, { steps }: VariantCounts): { events: number; bad: number } {
  let events = 0
  let bad = 0
  for (const [step, count] of steps) {
    const hasLeft = step >= leftFrom
    const isSlower = (hasLeft ? step - leftFrom : step) > limit
    // Whoever left sooner did not see how long it takes.
    if (hasLeft && !isSlower) continue
    events += count
    if (isSlower) bad += count
  }
  return { events, bad }
}

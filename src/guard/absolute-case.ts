import type { BudgetRule } from '../config/budget-rule.ts'
import type { Case } from './case.ts'
import { createDetector, designDetector } from './detector.ts'
import { eventsToProof, isProvenWithin } from './proven-within.ts'

/** From this height on V2 does not pass, however good it was before. */
const trouble = 0.5

/** A budget with a share of its own, judged by the sequential detector. */
export function createAbsoluteCase(rule: BudgetRule): Case {
  const { allowed, certainty, minRequests } = rule
  const design = designDetector(allowed, certainty)
  const detector = createDetector(design)
  let events = 0
  let bad = 0

  /** Requests to a breach at the present rate; null where it leads to none. */
  function toBreach(): number | null {
    const share = bad / events
    const drifts = Array.from(
      design.onBad,
      (onBad, j) => share * onBad + (1 - share) * (design.onGood[j] as number),
    )
    const fastest = Math.max(0, ...drifts)
    return fastest === 0 ? null : Math.ceil((design.threshold * (1 - detector.height)) / fastest)
  }

  function undecided(): number | null {
    if (bad / events > allowed) return toBreach()
    if (detector.height >= trouble) return null
    const proof = eventsToProof(bad, events, allowed)
    return proof === null ? null : Math.max(proof, minRequests - events)
  }

  return {
    add({ v2 }) {
      events += v2.events
      bad += v2.bad
      detector.addBatch(v2.bad, v2.events - v2.bad)
      return detector.breached ? detector.since() : null
    },
    verdict() {
      const facts = { requests: events, bad, allowed, v1: null, height: detector.height }
      if (detector.breached) {
        const tally = detector.since()
        return {
          ...facts,
          requests: tally.events,
          bad: tally.bad,
          verdict: 'breach',
          reason: 'over-budget',
          moreRequests: null,
        }
      }
      if (events === 0) {
        const moreRequests = Math.max(minRequests, eventsToProof(0, 0, allowed) ?? 0)
        return { ...facts, verdict: 'not-yet', reason: 'no-traffic', moreRequests }
      }
      if (events < minRequests) {
        return {
          ...facts,
          verdict: 'not-yet',
          reason: 'too-few-requests',
          moreRequests: undecided(),
        }
      }
      if (detector.height < trouble && isProvenWithin(bad, events, allowed)) {
        return { ...facts, verdict: 'pass', reason: 'within-budget', moreRequests: null }
      }
      return { ...facts, verdict: 'not-yet', reason: 'not-certain-yet', moreRequests: undecided() }
    },
  }
}

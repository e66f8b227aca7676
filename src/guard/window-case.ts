import type { BudgetRule } from '../config/budget-rule.ts'
import type { Case } from './case.ts'
import type { Tally } from './cusum.ts'

/** Slots of a window; the oldest leaves as a whole. */
const slots = 60

/**
 * A budget with `for`, judged as monitoring rules are: by the share over a sliding window, once it has
 * run for its whole length and saw `minRequests`. A breach stands until a full window is within.
 */
export function createWindowCase(rule: BudgetRule, startedAt: number): Case {
  const { allowed, minRequests } = rule
  const windowMs = rule.windowMs ?? 0
  const slotMs = windowMs / slots
  // One more than the window has, so that it is never shorter than its length.
  const events = new Float64Array(slots + 1)
  const bad = new Float64Array(slots + 1)
  let newest = Math.floor(startedAt / slotMs)
  let breach: Tally | null = null

  function slide(now: number): void {
    const current = Math.floor(now / slotMs)
    for (let slot = Math.max(newest + 1, current - slots); slot <= current; slot++) {
      events[slot % (slots + 1)] = 0
      bad[slot % (slots + 1)] = 0
    }
    newest = Math.max(newest, current)
  }

  function tally(): Tally {
    const sum = (all: Float64Array) => all.reduce((total, count) => total + count, 0)
    return { events: sum(events), bad: sum(bad) }
  }

  const isFull = (now: number) => now - startedAt >= windowMs

  return {
    add({ v2 }, now) {
      slide(now)
      const at = newest % (slots + 1)
      events[at] = (events[at] as number) + v2.events
      bad[at] = (bad[at] as number) + v2.bad
      const seen = tally()
      if (isFull(now) && seen.events >= minRequests) {
        breach = seen.bad > allowed * seen.events ? seen : null
      }
      return breach
    },
    verdict(now) {
      slide(now)
      const seen = breach ?? tally()
      const share = seen.events === 0 ? 0 : seen.bad / seen.events
      const facts = {
        requests: seen.events,
        bad: seen.bad,
        allowed,
        v1: null,
        height: share === 0 ? 0 : Math.min(1, share / allowed),
      }
      if (breach !== null) {
        return { ...facts, verdict: 'breach', reason: 'over-budget', moreRequests: null }
      }
      if (seen.events === 0) {
        return { ...facts, verdict: 'not-yet', reason: 'no-traffic', moreRequests: minRequests }
      }
      if (seen.events < minRequests || !isFull(now)) {
        const moreRequests = Math.max(0, minRequests - seen.events) || null
        return { ...facts, verdict: 'not-yet', reason: 'too-few-requests', moreRequests }
      }
      return { ...facts, verdict: 'pass', reason: 'within-budget', moreRequests: null }
    },
  }
}

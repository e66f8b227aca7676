import type { Comparison } from '../difference.ts'
import type { CapturedAnswer, Pair } from '../pair.ts'
import { compareBodies } from './compare-bodies.ts'
import { compareHeaders } from './compare-headers.ts'
import { Found, type FoundDifference } from './found.ts'
import type { Plan } from './plan.ts'

/** A comparison that still knows what stood there. */
export interface ComparedAnswers {
  readonly comparison: Comparison
  /** The same differences as in `comparison`; none unless they are different. */
  readonly found: readonly FoundDifference[]
}

/**
 * Compares two answers to one request: status, chosen headers, body. Another status is a difference
 * whether or not the bodies could be compared; without one, bodies that were not compared leave the
 * whole pair so, since what is not seen must not pass for equal.
 */
export function compareAnswers({ a, b }: Pick<Pair, 'a' | 'b'>, plan: Plan): ComparedAnswers {
  if (isNoAnswer(a) || isNoAnswer(b)) return notCompared('no-answer')
  const found = new Found()
  if (a.status !== b.status) found.add('status', '', 'value', a.status, b.status)
  compareHeaders(a, b, plan.rule.headers, found)
  const reason = compareBodies(a, b, plan, found)
  if (reason !== null && a.status === b.status) return notCompared(reason)
  const list = found.list()
  if (list.length === 0) return { comparison: { verdict: 'equal' }, found: list }
  const differences = list.map(({ part, at, kind }) => ({ part, at, kind }))
  return { comparison: { verdict: 'different', differences }, found: list }
}

/** Whether an answer never came whole, so that not even its status counts. */
export function isNoAnswer({ lost }: CapturedAnswer): boolean {
  return lost === 'no-answer'
}

function notCompared(
  reason: Extract<Comparison, { verdict: 'not-compared' }>['reason'],
): ComparedAnswers {
  return { comparison: { verdict: 'not-compared', reason }, found: [] }
}

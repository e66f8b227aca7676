import type { Comparison } from '../difference.ts'
import type { CapturedAnswer, Pair } from '../pair.ts'
import { compareBodies } from './compare-bodies.ts'
import { compareHeaders } from './compare-headers.ts'
import { Described, Found, type FoundDifference } from './found.ts'
import { rootPlace } from './place.ts'
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
  const unseen = whyUnseen({ a, b })
  if (unseen !== null && !isOtherStatus({ a, b })) return notCompared(unseen)
  const found = new Found()
  if (b.status === 0) {
    found.add('status', '', 'missing', a.status, undefined)
    return different(found)
  }
  if (isOtherStatus({ a, b })) found.add('status', '', 'value', a.status, b.status)
  if (unseen !== null) return different(found)
  if (isNoAnswer(b)) {
    // What V1 answers and V2 does not, V2's clients would miss.
    found.addInBody(rootPlace([]), 'missing', new Described('whole'), new Described('broken off'))
    return different(found)
  }
  compareHeaders(a, b, plan.rule.headers, found)
  const reason = compareBodies(a, b, plan, found)
  if (reason !== null && a.status === b.status) return notCompared(reason)
  return different(found)
}

/** Whether a copy got no whole answer, nor perhaps a status. */
export function isNoAnswer({ lost }: CapturedAnswer<unknown>): boolean {
  return lost === 'no-answer'
}

/** Whether both said a status, and not the same: so much is known even of answers that were broken off. */
export function isOtherStatus({ a, b }: Pick<Pair<unknown>, 'a' | 'b'>): boolean {
  return a.status !== 0 && b.status !== 0 && a.status !== b.status
}

/** Why not all of an answer is known by no fault of V2: V1 failed, or the client left. Null where it is. */
export function whyUnseen({
  a,
  b,
}: Pick<Pair<unknown>, 'a' | 'b'>): 'no-answer' | 'unfinished' | null {
  if (isNoAnswer(a)) return 'no-answer'
  return a.lost === 'unfinished' || b.lost === 'unfinished' ? 'unfinished' : null
}

function different(found: Found): ComparedAnswers {
  const list = found.list()
  if (list.length === 0) return { comparison: { verdict: 'equal' }, found: list }
  const differences = list.map(({ part, at, kind }) => ({ part, at, kind }))
  return { comparison: { verdict: 'different', differences }, found: list }
}

function notCompared(
  reason: Extract<Comparison, { verdict: 'not-compared' }>['reason'],
): ComparedAnswers {
  return { comparison: { verdict: 'not-compared', reason }, found: [] }
}

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
  if (isNoAnswer(a)) return notCompared('no-answer')
  if (isUnfinished(a) || isUnfinished(b)) return notCompared('unfinished')
  const found = new Found()
  if (isNoAnswer(b)) {
    addSilence(a, b, found)
    return different(found)
  }
  if (a.status !== b.status) found.add('status', '', 'value', a.status, b.status)
  compareHeaders(a, b, plan.rule.headers, found)
  const reason = compareBodies(a, b, plan, found)
  if (reason !== null && a.status === b.status) return notCompared(reason)
  return different(found)
}

/** Whether a copy got no whole answer, so that not even its status counts. */
export function isNoAnswer({ lost }: CapturedAnswer): boolean {
  return lost === 'no-answer'
}

/** Whether the client's answer was not seen to its end, which may be the client's doing. */
export function isUnfinished({ lost }: CapturedAnswer): boolean {
  return lost === 'unfinished'
}

/** What V1 answers and V2 does not, V2's clients would miss. */
function addSilence(v1: CapturedAnswer, v2: CapturedAnswer, found: Found): void {
  if (v2.status === 0) found.add('status', '', 'missing', v1.status, undefined)
  else
    found.addInBody(rootPlace([]), 'missing', new Described('whole'), new Described('broken off'))
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

import type { DifferenceRefusal, DifferenceRequest } from '../finding.ts'
import type { Decision } from './decision.ts'

export interface DifferenceFacts extends Pick<DifferenceRequest, 'to' | 'why'> {
  readonly isShadowed: boolean
  /** Whether it is one place, and not all those without room of their own. */
  readonly isOnePlace: boolean
  /** Whether any machine ever saw the place differ. */
  readonly wasSeen: boolean
  readonly before: Decision | null
}

/** Whether a request about a difference is done, or why not. */
export function decideDifference(facts: DifferenceFacts): 'done' | DifferenceRefusal {
  const { to, why, isShadowed, isOnePlace, wasSeen, before } = facts
  if (!isShadowed) return 'unknown-route'
  // What will come to stand there nobody can know, so nobody can mean it.
  if (!isOnePlace) return 'many-places'
  if (before?.to === 'acknowledged') {
    return to === 'acknowledged' && before.why === why ? 'already-acknowledged' : 'done'
  }
  if (!wasSeen) return 'unknown-difference'
  return to === 'counted' ? 'not-acknowledged' : 'done'
}

export function refusalInWords(
  refusal: DifferenceRefusal,
  { route, ...asked }: Pick<DifferenceRequest, 'route'> & Partial<DifferenceRequest>,
): string {
  const { part, at, kind } = asked
  const place = JSON.stringify({ part, at, kind })
  switch (refusal) {
    case 'unknown-route':
      return `Cannot change differences: route must be one that is shadowed, received ${JSON.stringify(route)}`
    case 'unknown-difference':
      return `Cannot change the difference: it must be one that was seen on ${route}, received ${place}`
    case 'many-places':
      return `Cannot change the difference: it must be one place, received ${place}, which stands for all that there was no room for; name what changes always under shadow.ignore`
    case 'already-acknowledged':
      return `Cannot acknowledge the difference: it must not be acknowledged for this reason yet, received ${place}`
    case 'not-acknowledged':
      return `Cannot count the difference again: it must be acknowledged, received ${place}`
  }
}

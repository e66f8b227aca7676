import type { Finding } from '../../shadow/finding.ts'
import { placeText } from './place-words.ts'

const ranks = { real: 0, undecided: 1, noise: 2 } as const

/** Names a finding among those of its route. */
export function keyOf(finding: Pick<Finding, 'part' | 'at' | 'kind'>): string {
  return `${placeText(finding)} ${finding.kind}`
}

type Ranked = Pick<Finding, 'part' | 'at' | 'kind' | 'verdict' | 'acknowledged'>

/**
 * Worst first, as they come, but in the order in which they stood before where they are equally bad: the more
 * frequent one of two changes with each pair, and what stands under a finger must stay. What is
 * acknowledged stands behind all that is not.
 */
export function calmOrder<T extends Ranked>(
  findings: readonly T[],
  before: readonly string[],
): T[] {
  const rank = ({ verdict, acknowledged }: T) => ranks[verdict] + (acknowledged === null ? 0 : 3)
  const place = (finding: T) => {
    const known = before.indexOf(keyOf(finding))
    return known === -1 ? before.length : known
  }
  return findings.toSorted((a, b) => rank(a) - rank(b) || place(a) - place(b))
}

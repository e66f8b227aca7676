import type { Percent, RolloutRule } from '../config/rollout-rule.ts'
import { raisedIn, shareIn } from './percent.ts'
import { stageAt } from './requirement.ts'

/**
 * How many stages further a percentage is that somebody raised; 0 within the stage. Of several strategies
 * the one counts that went furthest: who gives V2 to the last segment first has jumped over all the others.
 */
export function stagesAhead(rule: RolloutRule, from: Percent, to: Percent): number {
  const stands = stageAt(rule, from)
  const furthest = raisedIn(from, to).map(title => lastRaised(rule, title, shareIn(to, title)))
  return Math.max(stands, ...furthest) - stands
}

/** The last stage that raises this strategy, and to no more than that; -1 where there is none. */
function lastRaised({ stages }: RolloutRule, title: string, share: number): number {
  let before = 0
  return stages.reduce((last, { percent }, i) => {
    const wanted = shareIn(percent, title)
    const isRaised = wanted > before
    before = wanted
    return isRaised && wanted <= share ? i : last
  }, -1)
}

import type { RouteGroup } from './route-group.ts'

type Judged = Pick<RouteGroup, 'flag'> & {
  readonly latch: { readonly state: Pick<RouteGroup['latch']['state'], 'state'> }
  readonly verdicts: readonly Pick<RouteGroup['verdicts'][number], 'verdict'>[]
}

/** The answer to "is anything wrong?", before anything else. */
export function inShort(groups: readonly Judged[]): string {
  if (groups.length === 0) return 'No route has a flag: everything goes to V1.'
  const back = groups.filter(isBack)
  if (back.length > 0)
    return `${back.map(({ flag }) => flag).join(', ')}: switched back, all on V1.`
  const verdicts = groups.flatMap(group => group.verdicts)
  if (verdicts.length === 0) return 'V2 is allowed, and no budget judges it.'
  const count = (word: Judged['verdicts'][number]['verdict']) =>
    verdicts.filter(({ verdict }) => verdict === word).length
  const exceeded = count('breach')
  if (exceeded > 0) {
    return `V2 is allowed, and exceeds ${exceeded === 1 ? 'a budget' : `${exceeded} budgets`}.`
  }
  const all = verdicts.length === 1 ? 'one budget' : `${verdicts.length} budgets`
  return `V2 is allowed. ${count('pass')} of ${all} pass${verdicts.length === 1 ? 'es' : ''}, none is exceeded.`
}

/** Whether a group is switched back. */
export function isBack({ latch }: Pick<Judged, 'latch'>): boolean {
  return latch.state.state === 'tripped'
}

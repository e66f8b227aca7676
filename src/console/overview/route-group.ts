import type { ShownStatus } from '../../admin/answers/status-answers.ts'
import { type FlagShare, shareOfFlag } from './flag-share.ts'

type Latch = ShownStatus['latches'][number]
type Rollout = ShownStatus['rollouts'][number]
type Verdict = ShownStatus['verdicts'][number]

/** The routes that share a flag, with all that is known of how V2 does on them. */
export interface RouteGroup {
  readonly flag: string
  readonly routes: readonly string[]
  readonly latch: Latch
  /** The rehearsal while it goes on. */
  readonly drill: Latch | null
  /** Who gets V2 by the flag; the latch comes before it. Null while no worker has the flag. */
  readonly share: FlagShare | null
  readonly rollout: Rollout | null
  readonly verdicts: readonly Verdict[]
  readonly experiments: ShownStatus['experiments']
}

/**
 * Every flag that a route names, always in the same order: what stands under a finger, or has the focus,
 * must not become another flag's because one was switched back.
 */
export function routeGroups(status: ShownStatus): readonly RouteGroup[] {
  const { latches, rollouts, verdicts, experiments, workers } = status
  const [worker] = workers
  return latches
    .filter(({ isDrill, isUsed }) => !isDrill && isUsed)
    .toSorted((a, b) => a.flag.localeCompare(b.flag))
    .map(latch => {
      const { flag } = latch
      const drill = latches.find(each => each.isDrill && each.flag === `${flag}#drill`)
      const routes = worker?.routes.filter(each => each.flag === flag).map(({ route }) => route)
      return {
        ...{ flag, latch },
        routes: routes ?? [],
        drill: drill?.state.state === 'tripped' ? drill : null,
        share: shareOfFlag(worker?.flags?.flags ?? [], flag),
        rollout: rollouts.find(each => each.flag === flag) ?? null,
        verdicts: verdicts.filter(each => each.flag === flag),
        experiments: experiments.filter(each => each.flag === flag),
      }
    })
}

/** Routes of which V2 gets nothing, whatever flags say. */
export function routesWithoutFlag({ workers }: ShownStatus): readonly string[] {
  return workers[0]?.routes.filter(({ flag }) => flag === null).map(({ route }) => route) ?? []
}

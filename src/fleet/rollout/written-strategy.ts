import type { movableStrategies, TitledStrategy } from '../../config/movable-strategy.ts'
import type { FlagShare } from '../../rollout/step.ts'

/** One strategy of a flag, as Unleash and the files in `flags/` write it. */
export interface WrittenStrategy extends TitledStrategy {
  readonly name: string
  readonly disabled?: unknown
  readonly parameters?: Readonly<Record<string, unknown>>
}

/** The strategy that a rollout moves, or why there is none. `movable`: those that can be. */
export function oneStrategy<Each extends WrittenStrategy>(
  strategies: readonly Each[],
  title: string | null,
  movable: typeof movableStrategies,
): Each | string {
  const named = title === null ? '' : ` titled ${JSON.stringify(title)}`
  const found = movable(strategies, title)
  const [only] = found
  if (only === undefined) return `it has no strategy of kind flexibleRollout${named}`
  if (found.length > 1) return `it has ${found.length} strategies of kind flexibleRollout${named}`
  return only.disabled === true ? `its strategy of kind flexibleRollout${named} is disabled` : only
}

/** What a strategy says. */
export function shareOf({ parameters }: WrittenStrategy): FlagShare {
  const rollout = parameters?.rollout
  if (/^(?:\d|[1-9]\d|100)$/.test(String(rollout))) {
    return { readable: true, percent: Number(rollout) }
  }
  return { readable: false, why: `its rollout is ${JSON.stringify(rollout)} and no percentage` }
}

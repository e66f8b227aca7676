import type { Flag, FlagStrategy } from '../../cohort/flag-source.ts'
import { isMovable, movableStrategies } from '../../config/movable-strategy.ts'
import type { MovedStrategies } from '../../config/rollout-rule.ts'

/** The strategy whose percentage is changed, or what is wrong with the question. */
export type Moved =
  | {
      readonly ok: true
      readonly strategy: FlagStrategy
      /** From 0. */
      readonly index: number
      /** What it says now. */
      readonly percent: number
    }
  | { readonly ok: false; readonly mistake: string }

/**
 * The strategy at that place, counted from 1 as `explain` does; else the one that the rollout of the
 * policy moves; else the only one that has a percentage.
 *
 * @param moves What the rollout of the policy moves; null where there is none, and where it moves the only one.
 */
export function movedStrategy(
  flag: Flag,
  number: number | undefined,
  moves: MovedStrategies,
): Moved {
  const strategies = flag.strategies ?? []
  const drawn = strategies.findIndex(isDrawn)
  if (drawn !== -1) {
    const rule = 'else nobody can say who moves'
    return {
      ok: false,
      mistake: `flag must decide by what is known of a caller, ${rule}, received strategy ${drawn + 1}`,
    }
  }
  if (number !== undefined) {
    const asked = strategies[number - 1]
    return asked !== undefined && isMovable(asked)
      ? at(strategies, asked)
      : refused(strategies, String(number))
  }
  const title = typeof moves === 'string' ? moves : null
  const [named, ...twins] = title === null ? [] : movableStrategies(strategies, title)
  if (named !== undefined && twins.length === 0) return at(strategies, named)
  const [only, ...others] = movableStrategies(strategies, null)
  return only === undefined || others.length > 0
    ? refused(strategies, 'nothing')
    : at(strategies, only)
}

/** Files may not have one, Unleash may: each request draws its variant anew. */
function isDrawn({ name, parameters }: FlagStrategy): boolean {
  return (
    name === 'gradualRolloutRandom' || (isMovable({ name }) && parameters?.stickiness === 'random')
  )
}

function at(strategies: readonly FlagStrategy[], strategy: FlagStrategy): Moved {
  const index = strategies.indexOf(strategy)
  return { ok: true, strategy, index, percent: Number(strategy.parameters?.rollout ?? 0) }
}

function refused(strategies: readonly FlagStrategy[], received: string): Moved {
  const choice = strategies
    .flatMap((each, i) => (isMovable(each) ? [`${i + 1} (${strategyInWords(each)})`] : []))
    .join(', ')
  const rule =
    choice === ''
      ? 'of kind flexibleRollout, and the flag has none'
      : `one of the flag's with a percentage: ${choice}`
  return { ok: false, mistake: `strategy must be ${rule}, received ${received}` }
}

/** Whom a strategy is about, and how many of them get V2. */
export function strategyInWords({ parameters, constraints = [], segments = [] }: FlagStrategy) {
  const whom = [
    ...constraints.map(({ contextName, operator, values = [], value, inverted }) => {
      const what = [...values, ...(value === undefined ? [] : [value])].join(' ')
      return `${contextName} ${inverted ? 'not ' : ''}${operator} ${what}`.trimEnd()
    }),
    ...segments.map(id => `segment ${id}`),
  ]
  return `${parameters?.rollout ?? 0} % of ${whom.length === 0 ? 'everyone' : whom.join(' and ')}`
}

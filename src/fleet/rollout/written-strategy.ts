import type { movableStrategies, TitledStrategy } from '../../config/movable-strategy.ts'
import type { MovedStrategies, Percent } from '../../config/rollout-rule.ts'
import type { FlagShare } from '../../rollout/step.ts'

/** One strategy of a flag, as Unleash and the files in `flags/` write it. */
export interface WrittenStrategy extends TitledStrategy {
  readonly name: string
  readonly disabled?: unknown
  readonly parameters?: Readonly<Record<string, unknown>>
}

/** A flag, and which of its strategies a rollout moves. */
export interface WrittenFlag<Each extends WrittenStrategy> {
  readonly strategies: readonly Each[]
  readonly moved: MovedStrategies
  /** Those that can be moved. */
  readonly movable: typeof movableStrategies
}

/** A strategy that is moved, and what it says. */
interface Found<Each> {
  readonly title: string | null
  readonly strategy: Each
  readonly says: number
}

/** One that is to say another percentage. */
export interface StrategyWrite<Each> {
  readonly strategy: Each
  readonly to: number
}

/** What the strategies say that a rollout moves. */
export function shareOf(flag: WrittenFlag<WrittenStrategy>): FlagShare {
  const found = allOf(flag)
  if (typeof found === 'string') return { readable: false, why: found }
  const [only] = found
  const shares = found.map(({ title, says }) => [String(title), says] as const)
  const percent = isList(flag.moved) ? Object.fromEntries(shares) : (only?.says ?? 0)
  return { readable: true, percent }
}

/** What is left to be written for a flag to say `to`; a text where a strategy says neither that nor `from`. */
export function writesOf<Each extends WrittenStrategy>(
  flag: WrittenFlag<Each>,
  from: Percent,
  to: Percent,
): readonly StrategyWrite<Each>[] | string {
  const found = allOf(flag)
  if (typeof found === 'string') return found
  const other = found.find(
    ({ title, says }) => says !== sayingOf(from, title) && says !== sayingOf(to, title),
  )
  if (other !== undefined) return `${nameOf(flag, other.title)} says ${other.says} % by now`
  return found
    .map(({ title, strategy, says }) => ({ strategy, says, to: sayingOf(to, title) ?? says }))
    .filter(({ says, to: wanted }) => says !== wanted)
}

/** The strategies that are meant, or why one of them cannot be moved. */
function allOf<Each extends WrittenStrategy>(
  flag: WrittenFlag<Each>,
): readonly Found<Each>[] | string {
  const { moved } = flag
  const found = (isList(moved) ? moved : [moved]).map(title => oneOf(flag, title))
  return found.find(each => typeof each === 'string') ?? (found as readonly Found<Each>[])
}

function oneOf<Each extends WrittenStrategy>(
  { strategies, movable }: WrittenFlag<Each>,
  title: string | null,
): Found<Each> | string {
  const named = title === null ? '' : ` titled ${JSON.stringify(title)}`
  const found = movable(strategies, title)
  const [strategy] = found
  if (strategy === undefined) return `it has no strategy of kind flexibleRollout${named}`
  if (found.length > 1) return `it has ${found.length} strategies of kind flexibleRollout${named}`
  if (strategy.disabled === true) return `its strategy of kind flexibleRollout${named} is disabled`
  const rollout = strategy.parameters?.rollout
  if (!/^(?:\d|[1-9]\d|100)$/.test(String(rollout))) {
    return `its rollout${named} is ${JSON.stringify(rollout)} and no percentage`
  }
  return { title, strategy, says: Number(rollout) }
}

function sayingOf(percent: Percent, title: string | null): number | undefined {
  return typeof percent === 'number' ? percent : percent[String(title)]
}

function nameOf({ moved }: WrittenFlag<WrittenStrategy>, title: string | null): string {
  return isList(moved) ? JSON.stringify(title) : 'it'
}

function isList(moved: MovedStrategies): moved is readonly string[] {
  return moved !== null && typeof moved !== 'string'
}

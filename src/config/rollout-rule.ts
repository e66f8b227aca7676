import type { approvals, RolloutConfig } from './schema-rollout.ts'
import { durationMs } from './units.ts'

export type Approval = (typeof approvals)[number]

/**
 * What a flag says, or is to say: 0 to 100 of its one strategy, or of each that is moved, by title. All
 * percents of one rollout are of the same strategies.
 */
export type Percent = number | Readonly<Record<string, number>>

/** The strategies that are moved: the only one of the flag, one by its title, or several by theirs. */
export type MovedStrategies = null | string | readonly string[]

/** `rollout` of a policy: times in milliseconds, and what each stage demands spelled out. */
export interface RolloutRule {
  /** None below the one before it, each above it in one strategy at least; at least one. */
  readonly stages: readonly StageRule[]
  /** Before the first stage. */
  readonly start: Approval
  readonly strategy: MovedStrategies
  readonly dryRun: boolean
}

export interface StageRule {
  /** By title: of every strategy that any stage names; 0 before the first one that does. */
  readonly percent: Percent
  readonly holdMs: number
  readonly minRequests: number
  /** Before it is left. */
  readonly approve: Approval
  /** Who is asked before it is left; null for nobody. */
  readonly ask: string | null
  /** Names of those that must find V2 better or no worse before it is left. */
  readonly experiments: readonly string[]
}

export function rolloutRule(config: RolloutConfig): RolloutRule {
  const { stages, start, approve, strategy = null, dryRun } = config
  const percents = stages.map(({ percent }) => percent)
  const titles = titlesOf(percents)
  return {
    ...{ start, dryRun },
    strategy: titles.length === 0 ? strategy : titles,
    stages: stages.map(({ percent, hold, minRequests, ask = null, experiments, ...stage }, i) => ({
      percent: typeof percent === 'number' ? percent : percentBy(titles, percents.slice(0, i + 1)),
      ...{ minRequests, ask, experiments },
      holdMs: durationMs(hold),
      approve: stage.approve ?? approve,
    })),
  }
}

type StagePercent = RolloutConfig['stages'][number]['percent']

/** In the order in which stages name them; none where stages say one percent for all. */
function titlesOf(percents: readonly StagePercent[]): readonly string[] {
  const named = percents.flatMap(each => (typeof each === 'number' ? [] : Object.keys(each)))
  return [...new Set(named)]
}

/** What the last of these stages wants: what it leaves out stays as the stages before it say. */
function percentBy(titles: readonly string[], percents: readonly StagePercent[]): Percent {
  const said: Readonly<Record<string, number>> = Object.assign({}, ...percents)
  return Object.fromEntries(titles.map(title => [title, said[title] ?? 0]))
}

import type { approvals, RolloutConfig } from './schema-rollout.ts'
import { durationMs } from './units.ts'

export type Approval = (typeof approvals)[number]

/** `rollout` of a policy: times in milliseconds, and what each stage demands spelled out. */
export interface RolloutRule {
  /** In rising order of percent; at least one. */
  readonly stages: readonly StageRule[]
  /** Before the first stage. */
  readonly start: Approval
  /** Title of the strategy that is moved; null: the only one. */
  readonly strategy: string | null
  readonly dryRun: boolean
}

export interface StageRule {
  /** 1 to 100. */
  readonly percent: number
  readonly holdMs: number
  readonly minRequests: number
  /** Before it is left. */
  readonly approve: Approval
  /** Who is asked before it is left; null for nobody. */
  readonly ask: string | null
}

export function rolloutRule(config: RolloutConfig): RolloutRule {
  const { stages, start, approve, strategy = null, dryRun } = config
  return {
    ...{ start, strategy, dryRun },
    stages: stages.map(({ percent, hold, minRequests, ask = null, ...stage }) => ({
      ...{ percent, minRequests, ask },
      holdMs: durationMs(hold),
      approve: stage.approve ?? approve,
    })),
  }
}

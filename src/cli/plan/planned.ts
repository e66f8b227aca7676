import type { FlagSourceStatus } from '../../cohort/flag-source.ts'
import type { ConfigChange } from '../../config/changes.ts'
import type { ReplayReport } from '../../decisions/replay-report.ts'

/** What another configuration says differently. */
export interface ConfigPlan {
  /** Versions of the two. */
  readonly inForce: string
  readonly proposed: string
  readonly changed: readonly ConfigChange[]
  /** Whether new workers must take over from those that serve. */
  readonly newWorkers: boolean
  /** Fields of switchback.yaml that take effect at the next start only. */
  readonly atNextStart: readonly string[]
}

/** Where the flags of the two come from, and how old they are. */
export interface FlagsUsed {
  readonly inForce: FlagSourceStatus
  readonly proposed: FlagSourceStatus
}

/** What `switchback plan --json` prints. */
export interface Plan extends ConfigPlan {
  /** Version that the gateway runs; null with a log. */
  readonly running: string | null
  /** Workers whose decisions are missing. */
  readonly unheard: number
  readonly flags: FlagsUsed
  readonly replay: ReplayReport
}

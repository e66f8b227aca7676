import type { VerdictReport } from '../../fleet/gateway-status.ts'
import type { RolloutReport } from '../../fleet/rollout/rollout-report.ts'
import type { AuditEntry } from '../../fleet/stores/store.ts'
import type { LatchState } from '../../guard/latch-state.ts'

/** Something that is otherwise than it was. The word is the `event:` of the stream. Plain JSON. */
export type Change =
  /**
   * What this machine writes into the audit, also where no store takes it. Without a number: the store
   * that `/audit` reads may count otherwise.
   */
  | { readonly type: 'audit'; readonly data: AuditEntry }
  /** A latch in force here, whichever machine changed it. */
  | { readonly type: 'latch'; readonly data: LatchState }
  | { readonly type: 'rollout'; readonly data: RolloutReport }
  | { readonly type: 'verdict'; readonly data: VerdictReport }
  /** The files were read anew. */
  | { readonly type: 'config'; readonly data: ConfigChange }

export type ChangeType = Change['type']

export interface ConfigChange {
  /** `unchanged`: those in force again, after others were refused. */
  readonly result: 'applied' | 'refused' | 'unchanged'
  /** Of the configuration in force. */
  readonly version: string | null
  /** Why the files were refused, a sentence for each fault, at most 20. */
  readonly faults: readonly string[]
  /** Why a configuration without a fault was refused; null otherwise. */
  readonly error: string | null
}

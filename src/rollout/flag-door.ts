import type { MovedStrategies, Percent } from '../config/rollout-rule.ts'
import type { FlagShare } from './step.ts'

/** What a flag was told, and what came of it. */
export type Moved =
  | { readonly ok: true }
  /** `text`: why not, for people. */
  | { readonly ok: false; readonly text: string }

/** Who moved a flag last, as far as anybody knows. */
export interface Mover {
  readonly who: string
}

/** The place where the percentage of a flag is written: an Unleash, or the files in `flags/`. */
export interface FlagDoor {
  /** In words, such as `Unleash` or `flags/`. */
  readonly place: string
  /** Never rejects. */
  read(flag: string, strategy: MovedStrategies): Promise<FlagShare>
  /**
   * Writes `to` where `from` still stands; somebody may have been quicker. Of several strategies those that
   * say `to` already are left alone, and the writes before one that fails stay. `forbids` is asked before
   * each write, since each takes its time: a text where it must not be. Never rejects.
   */
  move(
    flag: string,
    strategy: MovedStrategies,
    from: Percent,
    to: Percent,
    forbids: () => string | null,
  ): Promise<Moved>
  /** Who wrote the percentage that stands there; null where nobody can tell. Never rejects. */
  lastMover(flag: string): Promise<Mover | null>
}

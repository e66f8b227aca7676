import type { FlagSet } from './flag-set.ts'

/** What a flag may decide on, in the words of Unleash. Built by `flag-context.ts`. */
export interface FlagContext {
  readonly userId: string | undefined
  readonly sessionId: string | undefined
  readonly remoteAddress: string
  readonly properties: Readonly<Record<string, string>>
}

export interface FlagConstraint {
  readonly contextName: string
  readonly operator: string
  readonly values?: readonly string[]
  readonly value?: string
  readonly inverted?: boolean
  readonly caseInsensitive?: boolean
}

export interface FlagStrategy {
  readonly name: string
  readonly parameters?: Readonly<Record<string, string>>
  readonly constraints?: readonly FlagConstraint[]
  /** Ids of Unleash segments, whose constraints must hold as well. */
  readonly segments?: readonly number[]
}

/** The part of an Unleash feature object that Switchback reads itself. */
export interface Flag {
  readonly name: string
  readonly enabled: boolean
  readonly strategies?: readonly FlagStrategy[]
}

/** How one strategy of a flag judged one context. */
export interface StrategyTrace {
  readonly name: string
  /** Whether every constraint, also those of Unleash segments, holds. */
  readonly constraintsMatch: boolean
  /** Constraints and segment constraints together. */
  readonly constraintCount: number
  /** Salt of the hash, for a gradual rollout; else null. */
  readonly groupId: string | null
  /** 1–100; V2 when it is not above `percentage`. Null without a gradual rollout or a known key. */
  readonly bucket: number | null
  readonly percentage: number | null
  readonly matched: boolean
}

/** How changes are heard of beside polling. The same word stands in the API, the log and the docs. */
export const streamStates = [
  'off', // not asked for; so for flags in files
  'opening',
  'open', // Unleash tells of changes at once
  'not-offered', // it does not stream, or asks to be polled; asked again after ten minutes
  'broken', // it was cut or cannot be reached; opened again within a minute
] as const

export type StreamState = (typeof streamStates)[number]

export interface FlagSourceStatus {
  readonly kind: 'unleash' | 'flags'
  /** True once flags are held, wherever they came from; a start with no flags at all is not ready. */
  readonly ready: boolean
  /** Where the held flags came from. */
  readonly from: 'files' | 'server' | 'backup' | 'nowhere'
  /** When the held flags were last known to be true, milliseconds since the Unix epoch; null for files. */
  readonly lastUpdated: number | null
  /** Why the last refresh failed; null while refreshes succeed. */
  readonly failure: string | null
  readonly stream: StreamState
}

/** What a flag source tells its operator, to be logged and counted. */
export type FlagSourceEvent =
  | { readonly type: 'ready-from-server'; readonly flags: number }
  | { readonly type: 'ready-from-backup'; readonly savedAt: number; readonly error: Error }
  /** No server and no usable backup: every caller gets V1 until Unleash answers. */
  | {
      readonly type: 'started-empty'
      readonly backup: 'absent' | 'unusable'
      readonly error: Error
      readonly backupError: Error | null
    }
  /** The first failure of a row; the held flags stay in force. */
  | { readonly type: 'refresh-failed'; readonly error: Error }
  | { readonly type: 'refresh-recovered'; readonly failures: number }
  /** Names of the flags that were added, changed or removed. */
  | { readonly type: 'changed'; readonly flags: readonly string[] }
  /** Unleash tells of changes at once from here on. */
  | { readonly type: 'stream-open' }
  /** It does not; once for each state and reason in a row. Polling goes on. */
  | { readonly type: 'stream-not-open'; readonly state: StreamState; readonly why: string }
  | { readonly type: 'backup-not-written'; readonly error: Error }
  /** Usage counts could not be sent to Unleash; they are kept for the next time. */
  | { readonly type: 'usage-not-sent'; readonly error: Error }
  /** A flag could not be evaluated and counts as not matched; once per flag and state of the flags. */
  | { readonly type: 'evaluation-failed'; readonly flag: string; readonly error: Error }

/** Who holds the flags. The same evaluation, unleash-client's, stands behind every kind. */
export interface FlagSource {
  readonly kind: 'unleash' | 'flags'
  /** Whether the flag gives V2 in this context. Synchronous, never throws; an unknown flag is false. */
  isEnabled(flag: string, context: FlagContext): boolean
  /** The flag as held, or undefined when it is not known. */
  feature(flag: string): Flag | undefined
  /** How each strategy of the flag judges the context, in order; empty for an unknown flag. */
  trace(flag: string, context: FlagContext): readonly StrategyTrace[]
  /** All flags as they are now, complete. */
  held(): FlagSet
  status(): FlagSourceStatus
  /** Stops refreshing and sends the last usage counts. Evaluation goes on with the held flags. */
  close(): Promise<void>
}

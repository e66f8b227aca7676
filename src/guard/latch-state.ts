/** Why a latch is as it is. The same word stands in the log, the metric label, the audit and the API. */
export type LatchReason =
  | 'never-tripped' // the state of a flag that nothing is known about
  | 'budget-breach' // a budget was exceeded, see the evidence
  | 'operator' // a person asked for it: rollback or resume
  | 'drill' // a rehearsal, for the testers of the flag only
  | 'resume-after' // the policy says that it opens by itself after a time

/** What a breach was seen on: enough to believe it without looking anything up. */
export interface Evidence {
  readonly route: string
  /** The budget as written, such as `errors max 1%`. */
  readonly budget: string
  /** Endpoint or segment it was judged for; null for the whole route. */
  readonly scope: string | null
  /** The whole finding in a sentence with its numbers. */
  readonly text: string
  /** Bad events and events that were judged, since the detector last stood at zero. */
  readonly bad: number
  readonly events: number
  /** Share of bad events that the budget allows, 0 to 1. */
  readonly allowed: number
  /** Whose counts it was: one worker's, all workers' of a machine, or all machines'. */
  readonly seenBy: 'worker' | 'machine' | 'fleet'
}

/** Whether V2 may be used by the routes that share a flag. */
export interface LatchState {
  /** Name of the flag; `<flag>#drill` for rehearsals, see `drillOf`. */
  readonly flag: string
  /** `tripped`: all of its traffic goes to V1. */
  readonly state: 'open' | 'tripped'
  /** Grows by one with every change, over all machines; 0 is `never-tripped`. */
  readonly version: number
  /** Wall-clock milliseconds of the change. */
  readonly since: number
  /** Who changed it: a person's name, or the machine that saw a breach. */
  readonly by: string
  readonly reason: LatchReason
  /** What a person said about it. */
  readonly note: string | null
  readonly evidence: Evidence | null
}

/** The latch of a flag that nothing is known about. */
export function neverTripped(flag: string): LatchState {
  return {
    flag,
    state: 'open',
    version: 0,
    since: 0,
    by: '',
    reason: 'never-tripped',
    note: null,
    evidence: null,
  }
}

/** Name of the latch that a rehearsal trips in the place of the flag's own. */
export function drillOf(flag: string): string {
  return `${flag}#drill`
}

/** The state that a breach leads to, one version above the present one. */
export function trippedOn(
  { flag, version }: LatchState,
  evidence: Evidence,
  { by, since }: Pick<LatchState, 'by' | 'since'>,
): LatchState {
  return {
    flag,
    state: 'tripped',
    version: version + 1,
    since,
    by,
    reason: 'budget-breach',
    note: null,
    evidence,
  }
}

/**
 * Which of two states holds, the same on every machine whatever order they arrive in: the higher
 * version; among equals the tripped one, since it is the safe one; then the earlier.
 */
export function prevailing(a: LatchState, b: LatchState): LatchState {
  if (a.version !== b.version) return a.version > b.version ? a : b
  if (a.state !== b.state) return a.state === 'tripped' ? a : b
  if (a.since !== b.since) return a.since < b.since ? a : b
  return a.by <= b.by ? a : b
}

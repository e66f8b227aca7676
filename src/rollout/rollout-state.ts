import type { Percent } from '../config/rollout-rule.ts'

/** Where the rollout of a flag stands, as every machine remembers it. Plain JSON. */
export interface RolloutState {
  readonly flag: string
  /** Changes are in order: of two states the one with the higher version prevails. */
  readonly version: number
  /** Percent that the flag said when the stage began; nobody: before the first stage. */
  readonly percent: Percent
  /** Wall-clock milliseconds since which it says so. */
  readonly since: number
  /** Requests that V2 answered since then, over all machines. */
  readonly requests: number
  /** Percent that the flag was told to say and does not say yet; null while none is under way. */
  readonly moving: Move | null
  /** The percent was set by hand beyond a gate that was not open. */
  readonly jumped: boolean
  /** The percent was taken down by hand: who did so wanted fewer callers on V2, until a person says otherwise. */
  readonly lowered: boolean
  /** The flag was told to go on and did not hear, and that was told. */
  readonly unheard: boolean
  /** The last stage is over, and that was told. */
  readonly promoted: boolean
}

export interface Move {
  readonly to: Percent
  readonly at: number
}

/** Where the rollout stands. The same word stands in the API, the metric, the audit and the docs. */
export const phases = [
  'idle', // V2 has no caller, and nothing is copied to it
  'shadowing', // V2 has no caller, and copies show what it does
  'progressing', // the flag was told to say another percent and does not say so yet
  'holding', // the stage goes on: its time, its requests or its gate
  'waiting-approval', // all but a person's word is there
  'promoted', // the last stage is over
  'switched-back', // the latch is tripped
  'paused', // a person stopped it
] as const

export type Phase = (typeof phases)[number]

/** Of a flag that no rollout has ever moved. */
export function newRollout(flag: string, percent: Percent, now: number): RolloutState {
  return {
    ...{ flag, percent },
    version: 1,
    since: now,
    requests: 0,
    moving: null,
    jumped: false,
    lowered: false,
    unheard: false,
    promoted: false,
  }
}

/** A stage begins: what was counted and agreed in the one before says nothing about it. */
export function entered(state: RolloutState, percent: Percent, now: number): RolloutState {
  return {
    ...state,
    version: state.version + 1,
    percent,
    since: now,
    requests: 0,
    moving: null,
    jumped: false,
    lowered: false,
    unheard: false,
    promoted: false,
  }
}

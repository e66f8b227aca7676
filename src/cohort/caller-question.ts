import type { AskedCaller } from './asked-caller.ts'
import type { Explanation } from './explain.ts'
import type { Simulation } from './simulation.ts'

/** Which variant a caller gets on a route, and why. */
export interface ExplainQuestion extends AskedCaller {
  readonly route: string
}

/** Who of these would get V2 at another percentage. */
export interface SimulateQuestion {
  /** One of the two at least; a route where several share the flag. */
  readonly flag?: string
  readonly route?: string
  /** What the strategy is to say, 0 to 100. */
  readonly percent: number
  /** Which strategy, from 1; not needed where the flag has one with a percentage. */
  readonly strategy?: number
  readonly callers: readonly AskedCaller[]
}

/** A question that cannot be answered, in words. */
export interface QuestionRefused {
  readonly ok: false
  readonly refusal: 'unknown-route' | 'unknown-flag' | 'bad-question'
  readonly text: string
}

export interface RouteExplanation extends Explanation {
  readonly route: string
}

export type ExplainAnswer =
  | { readonly ok: true; readonly explanation: RouteExplanation }
  | QuestionRefused

export type SimulateAnswer =
  | { readonly ok: true; readonly simulation: Simulation }
  | QuestionRefused

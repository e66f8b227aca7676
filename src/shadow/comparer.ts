import type { ShadowRule } from '../config/shadow-rule.ts'
import type { KeptBody, Pair } from './pair.ts'
import type { ShadowReport } from './report.ts'

/** What a route's pairs are compared by. */
export interface ComparedRoute {
  readonly route: string
  /** See `RouteReport`. */
  readonly basis: string
  readonly rule: ShadowRule
  /** The path prefix that the route names; what is behind it may say whom a request is about. */
  readonly matchPath: string
}

/** Compares pairs, away from the thread that serves. */
export interface Comparer {
  /** Says what is compared from now on; pairs of routes before that are still under way are finished. */
  setRoutes(routes: readonly ComparedRoute[]): void
  /**
   * Takes a pair over, its bodies included. Never throws. `onDone` is called once, later, when the bytes of
   * its bodies are free again, whatever came of it.
   */
  compare(pair: Pair<KeptBody>, onDone: () => void): void
  /** What was found since the last call. */
  takeReport(): ShadowReport
  /** Gives up what is under way, calling every `onDone`. */
  close(): Promise<void>
}

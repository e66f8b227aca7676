import type { Variant } from '../cohort/assignment.ts'

/** Gives the attempts at answering one request their places in its trace. */
export interface AttemptTrace {
  /** An attempt at `origin` (`http://host:port`) of that variant begins. */
  attempt(variant: Variant, origin: string): TracedAttempt
}

/** One attempt, as its trace sees it. */
export interface TracedAttempt {
  /** By which the origin knows its place in the trace; flat name/value pairs. */
  readonly headers: readonly string[]
  /**
   * Called once, at its end.
   *
   * @param status Of the answer, or 0 for none.
   * @param error The word for what ended it; null where the answer came whole.
   */
  end(status: number, error: string | null): void
}

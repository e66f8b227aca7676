import type { Decision, WorkerDecisions } from './decision.ts'

/** Decisions of a machine, as operators are shown them. */
export interface DecisionsPage {
  /** Wall-clock milliseconds of this answer: what is younger is still to come. */
  readonly at: number
  /** Version of the configuration in force. */
  readonly config: string
  /** Decisions that all workers together hold, and that they left out since they began. */
  readonly kept: number
  readonly leftOut: number
  /** Workers that did not answer: what they hold is missing. */
  readonly unheard: number
  /** Oldest first, between workers to about a millisecond; the number of the last one is where the next page begins. */
  readonly decisions: readonly Decision[]
}

/**
 * The pages of all workers as one. Each was asked at a moment of its own, so it ends where the first of
 * them ended, or a later page would begin behind what another had yet to tell. Two workers may have given
 * one number: those of the last one are all in it, whatever the limit.
 */
export function mergedPage(
  workers: readonly (WorkerDecisions | null)[],
  limit: number,
): Omit<DecisionsPage, 'at' | 'config'> {
  const heard = workers.filter(worker => worker !== null)
  const until = Math.min(...heard.map(worker => worker.until))
  const all = heard
    .flatMap(({ decisions }) => decisions)
    .filter(({ number }) => number <= until)
    .toSorted((a, b) => a.number - b.number)
  const last = all[limit - 1]?.number ?? until
  return {
    kept: sum(heard.map(({ kept }) => kept)),
    leftOut: sum(heard.map(({ leftOut }) => leftOut)),
    unheard: workers.length - heard.length,
    decisions: all.filter(({ number }) => number <= last),
  }
}

function sum(counts: readonly number[]): number {
  return counts.reduce((total, count) => total + count, 0)
}

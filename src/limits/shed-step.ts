import { lagPeriodMs } from './loop-lag.ts'

/** Shortest time that is judged as one. */
const intervalMs = 500
/** Fewest looks at the loop in it: one long pause, of a garbage collection or of the machine, is one look. */
const leastLooks = 4
/**
 * Most of the requests that are refused, in percent. Refusing costs work as well, so that beyond this
 * there is little to win; and the tenth that goes on shows whether it is requests that keep the loop busy.
 */
export const mostPercent = 90
/** Percent more for an interval that is just late, at most three times that. */
const rise = 10
/** Percent less for an interval in time, and for one that is neither. */
const fall = 10
const ease = 1

/** What an interval shows: `easing` is no longer late, but not by much. */
export type LoopFinding = 'late' | 'easing' | 'in-time'

/** How much is to be shed, and what the interval under way has shown so far. Plain data. */
export interface Shed {
  /** Whole percent of all requests, 0 to 90. */
  readonly percent: number
  /** Least lag of the last whole interval, in milliseconds: what every request waited at least. */
  readonly standingMs: number
  /** Of the interval under way; 0 looks: one has just ended. */
  readonly looks: number
  readonly elapsedMs: number
  readonly leastMs: number
}

export const nothingShed: Shed = {
  percent: 0,
  standingMs: 0,
  looks: 0,
  elapsedMs: 0,
  leastMs: Number.POSITIVE_INFINITY,
}

/**
 * One look at the loop. What counts is the least lag within an interval, as in CoDel (RFC 8289 section
 * 3): a burst makes a loop late and is gone, a queue that stands is late at its best moment too.
 */
export function shedStep(before: Shed, lagMs: number, maxLagMs: number): Shed {
  const looks = before.looks + 1
  const elapsedMs = before.elapsedMs + lagPeriodMs + lagMs
  const leastMs = Math.min(before.leastMs, lagMs)
  if (looks < leastLooks || elapsedMs < intervalMs) return { ...before, looks, elapsedMs, leastMs }
  const percent = before.percent + change(leastMs, maxLagMs)
  return {
    ...nothingShed,
    percent: Math.min(mostPercent, Math.max(0, percent)),
    standingMs: leastMs,
  }
}

/** Late begins above the limit and is over at half of it, so that what was just mended is not undone. */
export function loopFinding(standingMs: number, maxLagMs: number): LoopFinding {
  if (standingMs > maxLagMs) return 'late'
  return standingMs > maxLagMs / 2 ? 'easing' : 'in-time'
}

function change(standingMs: number, maxLagMs: number): number {
  switch (loopFinding(standingMs, maxLagMs)) {
    case 'late':
      return Math.round(rise * Math.min(3, standingMs / maxLagMs))
    case 'easing':
      return -ease
    case 'in-time':
      return -fall
  }
}

/** What is told of an event. */
export type Step = 'began' | 'lasts' | 'ended'

/** Milliseconds without enough refusals after which an event is over. */
export const quietMs = 300_000

/** Milliseconds between two words on an event that lasts. */
export const remindMs = 60_000

/** An event that began already; times are monotonic milliseconds. */
export interface Seen {
  readonly now: number
  /** Whether there are, within the window, as many refusals as make an event; and when there last were. */
  readonly isOver: boolean
  readonly overAt: number
  /** Nobody wants to hear of it any more. */
  readonly isOff: boolean
  /** When it was last told, how many refusals there were then, and how many there are now. */
  readonly toldAt: number
  readonly told: number
  readonly refusals: number
}

/** What time alone makes of an event that lasts; null where there is nothing to tell. */
export function stepOf(seen: Seen): Exclude<Step, 'began'> | null {
  const { now, isOver, overAt, isOff, toldAt, told, refusals } = seen
  if (isOff || (!isOver && now - overAt >= quietMs)) return 'ended'
  return now - toldAt >= remindMs && refusals > told ? 'lasts' : null
}
